import { connectSql } from "#infra/postgres/connect.ts";
import type { Log } from "#infra/log.ts";
import type { Witness } from "./recovery.ts";

const LOOK_MS = 5_000;

/** What the read model has seen, when it can be asked: a journal behind it has lost facts. */
export const askReadModel = async (databaseUrl: string | null, log: Log): Promise<Witness[]> => {
  if (databaseUrl === null) return [];
  const sql = connectSql(databaseUrl, 1);
  const look = async (): Promise<Witness[]> => {
    const rows = await sql<
      { seq: string; hash: string }[]
    >`select seq, hash from checkpoints where name = 'journal'`;
    return rows.map(({ seq, hash }) => ({ who: "the read model", seq: Number(seq), hash }));
  };
  try {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error("no answer")), LOOK_MS).unref();
    });
    return await Promise.race([look(), late]);
  } catch (error) {
    // Before the first migration there is no table, and work must go on while Postgres is down.
    log.warn(
      { reason: error instanceof Error ? error.message : String(error) },
      "the read model could not be asked how far it has read",
    );
    return [];
  } finally {
    await sql.end({ timeout: 1 });
  }
};
