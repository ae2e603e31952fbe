import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import postgres, { type Sql } from "postgres";
import { arrayTypes } from "#infra/postgres/array-types.ts";

export type { Sql, TransactionSql } from "postgres";
export type Database = PostgresJsDatabase;

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

/** Typed queries. Its client is its own: drizzle rewrites the parsers of the one it is given. */
export const connectDatabase = (url: string, max = 4): { database: Database; end(): Promise<void> } => {
  const client = connectSql(url, max);
  return { database: drizzle(client), end: () => client.end({ timeout: 2 }) };
};
