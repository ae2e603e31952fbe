import { connectSql, type Sql, type TransactionSql } from "#infra/postgres/connect.ts";
import { unavailable } from "./problems.ts";

/** The read model in Postgres. It may be away; whoever asks then gets a 503 problem. */
export interface History {
  /** Runs reads on one snapshot. Throws a 503 HttpProblem while Postgres cannot answer, after `limit` ms at the latest. */
  read<T>(work: (sql: TransactionSql) => Promise<T>, limit?: number): Promise<T>;
  end(): Promise<void>;
}

const LIMIT_MS = 5_000;
const CONNECTIONS = 8;

/** SQLSTATE classes of a server that is going, coming or full, or lets us in no more; 42P01 and 3D000: it has not been set up yet. */
const PASSING = /^(08|28|53|57|42P01|3D000)/;

const SENTENCE =
  "The history is not available at the moment: its database cannot be reached. Tasks go on, and commands are taken.";

const isPassing = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return error.name === "PostgresError" ? PASSING.test(code) : /^(CONNECT|E[A-Z]+$)/.test(code);
};

const within = async <T>(ms: number, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable(SENTENCE)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
};

const begin = <T>(sql: Sql, work: (sql: TransactionSql) => Promise<T>): Promise<T> =>
  sql.begin("isolation level repeatable read read only", work) as Promise<T>;

/** `url` null: Longshore runs without a database, and every read is refused. */
export const openHistory = (url: string | null): History => {
  if (url === null) {
    return {
      read: () => Promise.reject(unavailable("No database is configured: there is no history.")),
      end: async () => undefined,
    };
  }
  const sql = connectSql(url, CONNECTIONS);
  return {
    read: async (work, limit = LIMIT_MS) => {
      try {
        return await within(limit, begin(sql, work));
      } catch (error) {
        throw isPassing(error) ? unavailable(SENTENCE) : error;
      }
    },
    end: () => sql.end({ timeout: 2 }),
  };
};
