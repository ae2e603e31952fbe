import { decode, type Fact, isRecordFact } from "#schema/envelope.ts";

/** A fact as it is kept and sent on: `frame` is the whole server-sent event, so that it is built once for all clients. */
export interface RingFact {
  readonly seq: number;
  readonly taskId: string | null;
  readonly frame: Buffer;
  fact(): Fact;
}

const FACTS = 20_000;
const BYTES = 64 * 1024 ** 2;
const NEWLINE = 0x0a;
const SUFFIX = Buffer.from("}\n\n");

/** A line feed inside the data would end the event early; facts have none, but then nobody else promised. */
const oneLine = (bytes: Uint8Array): Uint8Array =>
  bytes.includes(NEWLINE) ? Buffer.from(JSON.stringify(decode(bytes))) : bytes;

export const ringFact = (seq: number, fact: Fact, bytes: Uint8Array): RingFact => {
  // A client that knows only of tasks and runners leaves out an event it does not know.
  const event = isRecordFact(fact) ? "record" : "fact";
  const prefix = Buffer.from(`event: ${event}\nid: ${seq}\ndata: {"seq":${seq},"fact":`);
  const body = oneLine(bytes);
  const frame = Buffer.concat([prefix, body, SUFFIX]);
  return {
    seq,
    taskId: "taskId" in fact ? fact.taskId : null,
    frame,
    fact: () => decode(frame.subarray(prefix.length, prefix.length + body.length)),
  };
};

/** The latest facts, bounded by number and bytes. */
export interface Ring {
  push(fact: RingFact): void;
  /** Forgets everything up to and including `seq`, the facts after which are known from now on. */
  restart(seq: number): void;
  /** The facts after `seq`, or null when some of them are no longer here. */
  readonly since: (seq: number) => readonly RingFact[] | null;
  /** Whether every fact after `seq` is here or yet to come. */
  readonly covers: (seq: number) => boolean;
  readonly of: (taskId: string) => readonly RingFact[];
}

/** `floor`: facts after this sequence will be pushed, none before. */
export const createRing = (floor: number, limits = { facts: FACTS, bytes: BYTES }): Ring => {
  let known = floor;
  let facts: RingFact[] = [];
  let head = 0;
  let bytes = 0;

  const dropOldest = (): void => {
    const oldest = facts[head];
    if (oldest === undefined) return;
    known = oldest.seq;
    bytes -= oldest.frame.length;
    head += 1;
  };
  const compact = (): void => {
    if (head < 256 || head * 2 < facts.length) return;
    facts = facts.slice(head);
    head = 0;
  };
  /** Place of the first fact after `seq`: sequences are without holes between `known` and the end. */
  const placeAfter = (seq: number): number => Math.min(facts.length, head + (seq - known));

  return {
    push: (fact) => {
      facts.push(fact);
      bytes += fact.frame.length;
      while (facts.length - head > limits.facts || (bytes > limits.bytes && facts.length - head > 1))
        dropOldest();
      compact();
    },
    restart: (seq) => {
      facts = [];
      head = 0;
      bytes = 0;
      known = seq;
    },
    since: (seq) => (seq < known ? null : facts.slice(placeAfter(seq))),
    covers: (seq) => seq >= known,
    of: (taskId) => {
      const found: RingFact[] = [];
      for (let place = head; place < facts.length; place += 1) {
        const fact = facts[place];
        if (fact?.taskId === taskId) found.push(fact);
      }
      return found;
    },
  };
};
