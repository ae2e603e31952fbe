import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import type { Sql } from "#infra/postgres/connect.ts";
import { isOutage } from "./outage.ts";

/** How long observations are kept, in days. Facts are kept for ever. */
export interface Retention {
  readonly logDays: number;
  readonly sampleDays: number;
}

export const RETENTION: Retention = { logDays: 30, sampleDays: 7 };

const EVERY_MS = 3_600_000;
/** One statement at a time stays short, so that nobody waits for it. */
const ROWS_AT_ONCE = 10_000;

/** Deletes observations that are too old; returns how many. */
export const trim = async (sql: Sql, { logDays, sampleDays }: Retention): Promise<number> => {
  let total = 0;
  for (let deleted = ROWS_AT_ONCE; deleted === ROWS_AT_ONCE; total += deleted) {
    const rows = await sql`delete from logs where seq in (
      select seq from logs where at < now() - make_interval(days => ${logDays}) order by at limit ${ROWS_AT_ONCE})`;
    deleted = rows.count;
  }
  const samples = await sql`delete from samples where at < now() - make_interval(days => ${sampleDays})`;
  return total + samples.count;
};

/** Trims at once and then every hour until the signal. */
export const keepTrimming = async ({
  sql,
  log,
  signal,
}: {
  readonly sql: Sql;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<void> => {
  while (!signal.aborted) {
    try {
      const rows = await trim(sql, RETENTION);
      if (rows > 0) log.info({ rows }, "deleted old logs and samples");
    } catch (error) {
      // The loops that write say that Postgres is away; the next hour is early enough.
      if (!signal.aborted && !isOutage(error)) throw error;
    }
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
};
