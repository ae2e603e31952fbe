import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow, streamExtent } from "#infra/nats/follow.ts";
import type { Log } from "#infra/log.ts";
import { decode, UnreadableFact } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";
import type { Metrics } from "./metrics.ts";

interface CountingOptions {
  readonly connection: NatsConnection;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly signal: AbortSignal;
}

const RETRY_MS = 1_000;

/** Resolves at the next reconnect, or at once when the signal is given. */
const nextReconnect = async (connection: NatsConnection, signal: AbortSignal): Promise<void> => {
  const statuses = connection.status();
  const watch = async (): Promise<void> => {
    for await (const status of statuses) if (status.type === "reconnect") return;
  };
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([watch(), aborted]);
};

/** How far counters have come, so that no fact is counted twice or left out when reading begins again. */
interface Counted {
  created: string | null;
  seq: number;
}

/** Reads one incarnation of the journal, from its beginning, until it is replaced by another or the signal is given. */
const countOne = async (options: CountingOptions, counted: Counted): Promise<void> => {
  const { connection, metrics, log, signal } = options;
  const { created, last } = await streamExtent(connection, JOURNAL);
  if (counted.created !== created) {
    // Counters begin with what happens from now on; a journal that replaced the one we read is all new.
    counted.seq = counted.created === null ? last : 0;
    counted.created = created;
  }
  metrics.restart();
  let read = 0;
  let broken: { error: unknown } | undefined;
  const ending = new AbortController();
  const following = await follow(connection, {
    stream: JOURNAL,
    from: 1,
    each: (message) => {
      try {
        // A consumer that was made anew may repeat what it has delivered.
        if (message.seq <= read) return;
        read = message.seq;
        const isNew = message.seq > counted.seq;
        if (isNew) counted.seq = message.seq;
        metrics.count(message.seq, decode(message.data), isNew);
      } catch (error) {
        if (!(error instanceof UnreadableFact)) throw error;
        log.warn({ seq: message.seq }, `a fact is not counted: ${error.message}`);
      }
    },
    failed: (error) => {
      broken = { error };
      ending.abort();
    },
  });
  try {
    const until = AbortSignal.any([signal, ending.signal]);
    while (!until.aborted) {
      await nextReconnect(connection, until);
      if (!until.aborted && (await streamExtent(connection, JOURNAL)).created !== created) return;
    }
    if (broken) throw broken.error;
  } finally {
    await following.stop();
  }
};

/** Counts the facts of the journal until the signal. Gauges need its whole history, counters begin now. */
export const countFacts = async (options: CountingOptions): Promise<void> => {
  const { log, signal } = options;
  const counted: Counted = { created: null, seq: 0 };
  let away = false;
  while (!signal.aborted) {
    try {
      await countOne(options, counted);
      away = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!away) log.warn({ err: error }, "the journal cannot be read; trying again until it can");
      away = true;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
};
