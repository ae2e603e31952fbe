import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** What the sockets and the two clients call "the other side is not there". */
const ABSENT = new Set(
  `ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT ENOTFOUND EAI_AGAIN EHOSTUNREACH CONNECTION_CLOSED CONNECTION_ENDED
  CONNECTION_DESTROYED CONNECT_TIMEOUT TimeoutError RequestError NoResponders ConnectionError
  JetStreamNotEnabled`.split(/\s+/),
);

/** SQLSTATE classes that pass: connection, rolled back by a conflict, out of resources, lock, operator, system. */
const PASSING_SQLSTATES = ["08", "40", "53", "55", "57", "58"];

/** JetStream answers 503 while it starts or has no leader. */
const UNAVAILABLE = 503;

/** Whether an error says that Postgres or NATS is away, so that trying again later can help. */
export const isOutage = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const { code, status } = error as { code?: unknown; status?: unknown };
  if (ABSENT.has(error.name) || status === UNAVAILABLE || code === UNAVAILABLE) return true;
  if (typeof code !== "string") return error.cause !== undefined && isOutage(error.cause);
  return ABSENT.has(code) || (code.length === 5 && PASSING_SQLSTATES.includes(code.slice(0, 2)));
};

interface Attempts {
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Calls `works` once it sees that both sides answer: the outage is over and the waits start anew. */
  readonly attempt: (works: () => void) => Promise<void>;
}

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);

/** Runs an attempt until it returns, again after each outage (0.1 s doubling to 5 s); an outage is logged once. Other errors are thrown. */
export const untilItWorks = async ({ signal, log, attempt }: Attempts): Promise<void> => {
  let wait = FIRST_WAIT_MS;
  let away = false;
  const works = (): void => {
    if (away) log.info("the connection is back");
    away = false;
    wait = FIRST_WAIT_MS;
  };
  while (!signal.aborted) {
    try {
      await attempt(works);
      return;
    } catch (error) {
      if (signal.aborted) return;
      if (!isOutage(error)) throw error;
      if (!away) log.warn({ err: error }, "Postgres or NATS does not answer; trying again until it does");
      away = true;
      await pause(wait, signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }
};
