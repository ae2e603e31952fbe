import { follow } from "#infra/nats/follow.ts";
import { decode } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { Edge } from "../edge.ts";
import { ringFact } from "../ring.ts";
import { placeFrame } from "./frames.ts";
import type { Outbox } from "./outbox.ts";
import type { StartPlace } from "./start-place.ts";

/** Facts written between two looks at whether the client still reads. */
const CHUNK = 200;
/** The journal gives thousands a second: this long without one means that reading it has stalled. */
const STALL_MS = 10_000;

/** Sends every fact after a place once and in order: older ones from the journal, then the ring's, then as they come. */
export const feedFacts = (
  { tail, connection, log }: Pick<Edge, "tail" | "connection" | "log">,
  place: StartPlace,
  out: Outbox,
): { readonly stop: () => void } => {
  let position = place.after;
  let stopped = false;
  let unsubscribe = (): void => undefined;

  const restart = (asOf: number): void => {
    position = asOf;
    out.send(placeFrame("reset", asOf));
  };

  const live = (): void => {
    unsubscribe = tail.subscribe({
      fact: ({ seq, frame }) => {
        if (seq <= position) return;
        position = seq;
        out.send(frame);
      },
      cut: (asOf) => asOf > position && restart(asOf),
    });
  };

  /** Empties the ring towards the client; the last look and the subscription happen in one turn, so nothing slips between. */
  const join = async (): Promise<void> => {
    while (!stopped && !out.ended) {
      const facts = tail.since(position);
      if (facts === null) return fromJournal();
      for (const { seq, frame } of facts.slice(0, CHUNK)) {
        position = seq;
        out.send(frame);
      }
      if (facts.length <= CHUNK) return live();
      await out.drained();
    }
  };

  const fromJournal = async (): Promise<void> => {
    let joined = false;
    let stall = setTimeout(() => out.end(), STALL_MS);
    const ended = (): boolean => stopped || out.ended || joined;
    let following: { stop(): Promise<void> } | undefined;
    following = await follow(connection, {
      stream: JOURNAL,
      from: position + 1,
      each: async ({ seq, data }) => {
        if (ended()) return;
        clearTimeout(stall);
        if (seq !== position + 1) restart(seq - 1);
        position = seq;
        out.send(ringFact(seq, decode(data), data).frame);
        await out.drained();
        if (ended()) return;
        if (tail.since(position) === null) {
          stall = setTimeout(() => out.end(), STALL_MS);
          return;
        }
        joined = true;
        // Waiting for the end of the loop we are in would wait for ever.
        void following?.stop().catch(() => undefined);
        void join().catch(failed);
      },
      failed: () => joined || out.end(),
    });
    if (stopped || out.ended) {
      clearTimeout(stall);
      await following.stop();
    }
  };

  const failed = (error: unknown): void => {
    log.warn({ err: error }, "a stream could not be read on; the client will ask again");
    out.end();
  };

  if (place.from === "reset") restart(place.after);
  void (place.from === "journal" ? fromJournal() : join()).catch(failed);
  return {
    stop: () => {
      stopped = true;
      unsubscribe();
    },
  };
};
