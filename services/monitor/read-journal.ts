import { setTimeout as sleep } from "node:timers/promises";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow, streamExtent } from "#infra/nats/follow.ts";
import type { Log } from "#infra/log.ts";
import { decode, type Fact, UnreadableFact } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";

/** Hears the journal from its first fact on. */
export interface Listener {
  /** Forgets what it knows: the journal is read from its beginning again. */
  restart(): void;
  /** `isNew`: recorded since the monitor started. Throws UnreadableFact for one it cannot understand. */
  hear(seq: number, fact: Fact, isNew: boolean): void;
}

interface ReadingOptions {
  readonly connection: NatsConnection;
  readonly listeners: readonly Listener[];
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

/** How far it has been read, so that no fact is new twice or never when reading begins again. */
interface Known {
  created: string | null;
  seq: number;
}

/** Reads one incarnation of the journal, from its beginning, until it is replaced by another or the signal is given. */
const readOne = async (options: ReadingOptions, known: Known): Promise<void> => {
  const { connection, listeners, log, signal } = options;
  const { created, last } = await streamExtent(connection, JOURNAL);
  if (known.created !== created) {
    // New is what happens from now on; a journal that replaced the one we read is all new.
    known.seq = known.created === null ? last : 0;
    known.created = created;
  }
  for (const listener of listeners) listener.restart();
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
        const isNew = message.seq > known.seq;
        if (isNew) known.seq = message.seq;
        const fact = decode(message.data);
        for (const listener of listeners) listener.hear(message.seq, fact, isNew);
      } catch (error) {
        if (!(error instanceof UnreadableFact)) throw error;
        log.warn({ seq: message.seq }, `a fact is left out: ${error.message}`);
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

/** Has the listeners hear the journal until the signal. */
export const readJournal = async (options: ReadingOptions): Promise<void> => {
  const { log, signal } = options;
  const known: Known = { created: null, seq: 0 };
  let away = false;
  while (!signal.aborted) {
    try {
      await readOne(options, known);
      away = false;
    } catch (error) {
      if (signal.aborted) return;
      if (!away) log.warn({ err: error }, "the journal cannot be read; trying again until it can");
      away = true;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
};
