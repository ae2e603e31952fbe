import { createHash } from "node:crypto";
import type { JsMsg } from "@nats-io/jetstream";
import { Fatal } from "#infra/service.ts";
import { decode, type Fact, type Hash, isTaskFact, UnreadableFact } from "#schema/envelope.ts";
import { HEADER } from "#schema/subjects.ts";
import { TASK_STATES, topState } from "#schema/task.evolve.ts";
import type { Checkpoint } from "./checkpoint.ts";

/** A fact as it was read, found to follow the one before it. */
export interface ReadFact {
  readonly seq: number;
  readonly subject: string;
  readonly hash: Hash;
  readonly bytes: Uint8Array;
  readonly fact: Fact;
}

/** The messages skipped some sequences. Only true when a fresh consumer sees it too. */
export class Gap extends Error {
  override readonly name = "Gap";
  readonly after: number;
  readonly next: number;
  constructor(after: number, next: number) {
    super(`the journal has a gap between ${after} and ${next}`);
    this.after = after;
    this.next = next;
  }
}

/** A reason to stop before a sequence, and what to do about it. */
export const halt = (seq: number, why: string): Fatal =>
  new Fatal(
    `The read model stops before sequence ${seq}: ${why}. Nothing from there on was projected; repair or restore the journal, then run \`npm run rebuild\`.`,
  );

export const haltAtGap = ({ after, next }: Gap): Fatal =>
  halt(after + 1, `the journal has a gap between ${after} and ${next}`);

const sha256 = (bytes: Uint8Array): Hash => createHash("sha256").update(bytes).digest("hex");

const read = (message: JsMsg): Fact => {
  try {
    return decode(message.data);
  } catch (error) {
    if (error instanceof UnreadableFact) throw halt(message.seq, error.message);
    throw error;
  }
};

/** Throws Gap or Fatal unless this message is the one after `previous`, unchanged, and readable. */
export const verifyNext = (previous: { seq: number; hash: Hash }, message: JsMsg): ReadFact => {
  const { seq, subject, data: bytes } = message;
  if (seq !== previous.seq + 1) throw new Gap(previous.seq, seq);
  const hash = sha256(bytes);
  if (message.headers?.get(HEADER.hash) !== hash) {
    throw halt(seq, "the hash it was stored with is not the hash of its bytes");
  }
  const fact = read(message);
  if (fact.chain?.stream !== previous.hash) {
    throw halt(seq, `it does not carry the hash of sequence ${previous.seq}, so the chain is broken`);
  }
  if (isTaskFact(fact) && !TASK_STATES.includes(topState(fact.to))) {
    throw halt(seq, `it leads to the state "${fact.to}", which this release does not know`);
  }
  return { seq, subject, hash, bytes, fact };
};

/** The good beginning of some messages, and what is wrong with the first one that is not. */
export const verifyAll = (
  previous: { seq: number; hash: Hash },
  messages: readonly JsMsg[],
): { facts: ReadFact[]; trouble: unknown } => {
  const facts: ReadFact[] = [];
  let last = previous;
  for (const message of messages) {
    // A consumer that was made anew may repeat what it has delivered.
    if (message.seq <= last.seq) continue;
    try {
      const fact = verifyNext(last, message);
      facts.push(fact);
      last = fact;
    } catch (trouble) {
      return { facts, trouble };
    }
  }
  return { facts, trouble: undefined };
};

/** Throws Fatal when a stream cannot be the one a checkpoint was made on, or lacks what comes next. */
export const refuseMisfit = (
  checkpoint: Checkpoint,
  stream: { first: number; last: number; created: string },
): void => {
  const advice =
    "Restore the journal it was made from, or run `npm run rebuild` to start over with this one.";
  if (stream.created !== checkpoint.incarnation) {
    throw new Fatal(
      `The journal was created at ${stream.created}, but the read model was made from one created at ${checkpoint.incarnation}. ${advice}`,
    );
  }
  if (stream.last < checkpoint.seq) {
    throw new Fatal(
      `The journal ends at ${stream.last}, but the read model has already read ${checkpoint.seq}: the journal has lost its end. ${advice}`,
    );
  }
  if (stream.first > checkpoint.seq + 1) throw haltAtGap(new Gap(checkpoint.seq, stream.first));
};
