import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow } from "#infra/nats/follow.ts";
import { Fatal } from "#infra/service.ts";
import { decode } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { hashOf } from "../journal/seal.ts";
import { type Recovered, take } from "./recovered.ts";

/** The messages skipped some sequences. Only true when a fresh consumer sees it too. */
class Gap extends Error {
  override readonly name = "Gap";
}

/** The journal, folded as it grows. */
export interface Reading {
  readonly recovered: Recovered;
  /** Resolves when the fact at `seq` is folded. Throws what ended the reading. */
  reach(seq: number): Promise<void>;
  stop(): Promise<void>;
}

interface Following {
  stop(): Promise<void>;
}

/** JetStream takes a moment longer to come back than its server. */
const TRY_EVERY_MS = 250;
const MOST_TRIES = 40;

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Throws Gap, or Fatal when the journal was changed. */
const takeNext = (recovered: Recovered, seq: number, data: Uint8Array): void => {
  const { tail } = recovered;
  if (seq !== tail.seq + 1)
    throw new Gap(`The journal has a gap: fact ${tail.seq} is followed by fact ${seq}.`);
  const fact = decode(data);
  if (fact.chain.stream !== tail.hash)
    throw new Fatal(`The journal was changed: fact ${seq} does not follow the fact before it.`);
  take(recovered, fact, { seq, hash: hashOf(data) });
};

/**
 * Folds the journal onto what is known and goes on while it grows, checking the hash chain on the way. `failed` is told
 * of what ends it later: Fatal for a gap or a changed journal.
 */
export const readOn = async (
  connection: NatsConnection,
  recovered: Recovered,
  failed: (error: unknown) => void,
): Promise<Reading> => {
  let waiters: Waiter[] = [];
  let ended: { readonly error: unknown } | undefined;
  let stopped = false;
  let opened = 0;
  let present: Promise<Following>;

  const wake = (): void => {
    const { seq } = recovered.tail;
    if (!waiters.some((waiter) => waiter.seq <= seq)) return;
    for (const waiter of waiters) if (waiter.seq <= seq) waiter.resolve();
    waiters = waiters.filter((waiter) => waiter.seq > seq);
  };
  const end = (error: unknown): void => {
    const reason = error instanceof Gap ? new Fatal(error.message) : error;
    ended = { error: reason };
    for (const { reject } of waiters) reject(reason);
    waiters = [];
    if (!stopped) failed(reason);
  };

  const open = (): Promise<Following> => {
    const from = recovered.tail.seq + 1;
    opened += 1;
    const which = opened;
    return follow(connection, {
      stream: JOURNAL,
      from,
      each: ({ seq, data }) => {
        // A consumer that was made anew may repeat what another has delivered.
        if (stopped || seq <= recovered.tail.seq) return;
        takeNext(recovered, seq, data);
        wake();
      },
      failed: (error) => {
        if (which !== opened || stopped) return;
        if (error instanceof Gap && recovered.tail.seq >= from) reopen();
        else end(error);
      },
    });
  };
  const openAgain = async (): Promise<Following> => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await open();
      } catch (error) {
        if (stopped || tries === MOST_TRIES) throw error;
        await sleep(TRY_EVERY_MS);
      }
    }
  };
  const reopen = (): void => {
    const former = present;
    present = openAgain();
    present.catch(end);
    former.then((following) => following.stop()).catch(() => undefined);
  };
  /** A server that comes back has forgotten its consumers; the client would notice by silence, in half a minute. */
  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status()) {
      if (stopped) return;
      if (type === "reconnect") reopen();
    }
  };
  present = open();
  await present;
  void watch();

  return {
    recovered,
    reach: (seq) => {
      if (recovered.tail.seq >= seq) return Promise.resolve();
      if (ended) return Promise.reject(ended.error as Error);
      return new Promise((resolve, reject) => waiters.push({ seq, resolve, reject }));
    },
    stop: async () => {
      stopped = true;
      await (await present.catch(() => undefined))?.stop();
    },
  };
};
