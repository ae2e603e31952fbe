import { pino } from "pino";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { provision } from "#infra/nats/provision.ts";
import { connectSql, type Sql } from "#infra/postgres/connect.ts";
import { readEnv } from "#infra/env.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import type { Running } from "#infra/service.ts";
import { startProjector } from "../../../services/projector/start.ts";
import { type AJournal, openTestJournal } from "../../support/a-journal.ts";
import { freshDatabase, startNats, type TestDatabase, type TestNats } from "../../support/stack.ts";

export interface StartedProjector extends Running {
  /** The error that ended it, once one did. */
  readonly ended: Promise<Error>;
  /** Messages it logged. */
  readonly said: readonly string[];
}

/** Servers, a journal to write and a read model to look at; what it started is ended by `close`. */
export interface Ground {
  readonly nats: TestNats;
  readonly database: TestDatabase;
  readonly connection: NatsConnection;
  readonly sql: Sql;
  readonly journal: AJournal;
  projector(databaseUrl?: string): Promise<StartedProjector>;
  /** Resolves when the read model has read so far; throws with where it stands when it does not get there. */
  projected(seq: number): Promise<void>;
  close(): Promise<void>;
}

const capture = (lines: string[]) => ({
  write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg),
});

export const startInProcess = async (variables: Record<string, string>): Promise<StartedProjector> => {
  let report: (error: Error) => void = () => undefined;
  const ended = new Promise<Error>((resolve) => {
    report = resolve;
  });
  const said: string[] = [];
  const running = await startProjector({
    env: readEnv(variables),
    log: pino({}, capture(said)),
    fail: (error) => report(error instanceof Error ? error : new Error(String(error))),
  });
  return { ...running, ended, said };
};

export const environmentOf = (nats: TestNats, databaseUrl: string): Record<string, string> => ({
  LONGSHORE_NATS_URL: nats.url,
  LONGSHORE_NATS_SEED_FILE: nats.seedFile("projector"),
  LONGSHORE_DATABASE_URL: databaseUrl,
});

export const checkpointOf = async (sql: Sql): Promise<number> => {
  const [there] = await sql`select to_regclass('checkpoints') as name`;
  if (there?.["name"] === null) return 0;
  const [row] = await sql`select seq from checkpoints where name = 'journal'`;
  return Number(row?.["seq"] ?? 0);
};

export const openGround = async (): Promise<Ground> => {
  const nats = await startNats();
  await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 4 * 1024 ** 3 });
  const database = await freshDatabase();
  const connection = await connectNats({
    url: nats.url,
    seedFile: nats.seedFile("scheduler"),
    user: "scheduler",
  });
  const sql = connectSql(database.url);
  const started: StartedProjector[] = [];
  let failure: Error | undefined;
  return {
    nats,
    database,
    connection,
    sql,
    journal: openTestJournal(connection),
    projector: async (databaseUrl = database.url) => {
      const projector = await startInProcess(environmentOf(nats, databaseUrl));
      started.push(projector);
      void projector.ended.then((error) => (failure = error));
      return projector;
    },
    projected: async (seq) => {
      const there = await waitUntil(async () => failure !== undefined || (await checkpointOf(sql)) >= seq, {
        within: 20_000,
      });
      if (there !== undefined && failure === undefined) return;
      const said = started.flatMap((projector) => projector.said);
      throw new Error(`read ${await checkpointOf(sql)} of ${seq}; it said: ${said.join("; ")}`, {
        cause: failure,
      });
    },
    close: async () => {
      for (const running of started) await running.stop();
      await sql.end({ timeout: 2 });
      await connection.close();
      await nats.stop();
      await database.drop();
    },
  };
};
