import { setTimeout as sleep } from "node:timers/promises";
import { connectNats } from "#infra/nats/connect.ts";
import { connectSql } from "#infra/postgres/connect.ts";
import { migrate } from "#infra/postgres/migrate.ts";
import { Fatal, type Ground, type Running } from "#infra/service.ts";
import { untilItWorks } from "./outage.ts";
import { projectJournal } from "./project.ts";
import { watchReconnects } from "./reconnects.ts";
import { keepTrimming } from "./retention.ts";
import { projectTelemetry } from "./telemetry.ts";

/** A batch that waits for Postgres or for a rebuild is given up after this time; it is read again at the next start. */
const STOP_PATIENCE_MS = 3_000;

/** Starts writing the journal and telemetry into Postgres, from where the read model's checkpoints stand. */
export const startProjector = async (ground: Ground): Promise<Running> => {
  const { log } = ground;
  const { databaseUrl, natsUrl, natsSeedFile } = ground.env;
  if (databaseUrl === null)
    throw new Fatal("LONGSHORE_DATABASE_URL is not set: the projector needs Postgres.");
  const ending = new AbortController();
  const { signal } = ending;
  await untilItWorks({ signal, log, attempt: () => migrate(databaseUrl) });
  const connection = await connectNats({ url: natsUrl, seedFile: natsSeedFile, user: "projector" });
  const sql = connectSql(databaseUrl);
  const reconnects = watchReconnects(connection);
  const parts = { connection, sql, log, reconnects, signal };
  const loops = [projectJournal(parts), projectTelemetry(parts), keepTrimming(parts)].map((loop) =>
    loop.catch((error: unknown) => ground.fail(error)),
  );
  return {
    stop: async () => {
      ending.abort();
      await Promise.race([Promise.all(loops), sleep(STOP_PATIENCE_MS, undefined, { ref: false })]);
      await sql.end({ timeout: 2 });
      await connection.close();
    },
  };
};
