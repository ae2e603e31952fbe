import postgres, { type Sql } from "postgres";
import { arrayTypes } from "#infra/postgres/array-types.ts";

export type { Sql, TransactionSql } from "postgres";

/** The raw client, for the hot path. */
export const connectSql = (url: string, max = 4): Sql =>
  postgres(url, {
    max,
    fetch_types: false,
    types: arrayTypes,
    onnotice: () => undefined,
    connect_timeout: 5,
    backoff: (retries: number) => Math.min(2, 0.1 * 2 ** retries),
  });
