import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { Fatal } from "#infra/service.ts";
import { decode, type Fact, UnreadableFact } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { createRing, ringFact, type RingFact } from "./ring.ts";
import { readStream } from "./stream-reader.ts";

export interface TailListener {
  fact(kept: RingFact, fact: Fact): void;
  /** Facts between the last one and `asOf` are gone from the journal. */
  cut?(asOf: number): void;
}

/** The end of the journal as the edge knows it: the latest facts, in order and without holes. */
export interface Tail {
  /** Sequence of the last fact read. */
  readonly last: number;
  /** The journal's own last sequence, at most a second old; null before it is known. */
  readonly end: number | null;
  /** The facts after `seq`, or null when some of them are no longer kept here. */
  since(seq: number): readonly RingFact[] | null;
  /** Whether every fact after `seq` is kept here or yet to come. */
  readonly covers: (seq: number) => boolean;
  /** Kept facts of one task, oldest first. */
  of(taskId: string): readonly RingFact[];
  /** True once the fact with this sequence has been read; false after `ms` milliseconds. */
  waitFor(seq: number, ms: number): Promise<boolean>;
  /** Called for each fact from now on; returns how to stop it. */
  subscribe(listener: TailListener): () => void;
  stop(): void;
}

interface TailOptions {
  readonly connection: NatsConnection;
  readonly log: Log;
  /** The first sequence wanted. */
  readonly from: number;
  readonly listeners: readonly TailListener[];
  readonly fail: (error: unknown) => void;
  /** How much is kept; the ring's own measure unless given. */
  readonly keep?: { readonly facts: number; readonly bytes: number };
}

export const openTail = ({ connection, log, from, listeners, fail, keep }: TailOptions): Tail => {
  const ring = createRing(from - 1, keep);
  const all = new Set<TailListener>(listeners);
  const waiting = new Set<{ readonly seq: number; readonly done: () => void }>();
  let last = from - 1;

  const take = (seq: number, bytes: Uint8Array): void => {
    const fact = decode(bytes);
    const kept = ringFact(seq, fact, bytes);
    if (seq !== last + 1) {
      log.warn({ from: last + 1, to: seq - 1 }, "facts are gone from the journal");
      ring.restart(seq - 1);
      for (const listener of all) listener.cut?.(seq - 1);
    }
    last = seq;
    ring.push(kept);
    for (const listener of all) listener.fact(kept, fact);
    for (const waiter of waiting) if (waiter.seq <= seq) waiter.done();
  };

  const reader = readStream({
    connection,
    stream: JOURNAL,
    from,
    log,
    each: (message) => {
      try {
        take(message.seq, message.data);
      } catch (error) {
        fail(
          error instanceof UnreadableFact
            ? new Fatal(`Fact ${message.seq} cannot be read: ${error.message}.`)
            : error,
        );
      }
    },
    behind: (end, read) => {
      fail(
        new Fatal(
          `The journal ends at ${end}, but ${read} facts of it were already read: it is not the same journal.`,
        ),
      );
      return undefined;
    },
  });

  return {
    get last() {
      return last;
    },
    get end() {
      return reader.end;
    },
    since: ring.since,
    covers: ring.covers,
    of: ring.of,
    waitFor: (seq, ms) => {
      if (seq <= last) return Promise.resolve(true);
      return new Promise((resolve) => {
        const settle = (reached: boolean): void => {
          clearTimeout(timer);
          waiting.delete(waiter);
          resolve(reached);
        };
        const waiter = { seq, done: () => settle(true) };
        const timer = setTimeout(() => settle(false), ms);
        waiting.add(waiter);
      });
    },
    subscribe: (listener) => {
      all.add(listener);
      return () => void all.delete(listener);
    },
    stop: reader.stop,
  };
};
