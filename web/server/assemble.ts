import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "#infra/clock.ts";
import { systemIds } from "#infra/ids.ts";
import { openAccess as openBucket } from "#infra/nats/access.ts";
import { connectNats } from "#infra/nats/connect.ts";
import { streamExtent } from "#infra/nats/follow.ts";
import { openObjects } from "#infra/nats/objects.ts";
import { Fatal, type Ground } from "#infra/service.ts";
import type { Env } from "#infra/env.ts";
import { JOURNAL, TELEMETRY } from "#schema/subjects.ts";
import { openAccess } from "./access.ts";
import { openConnectivity } from "./connectivity.ts";
import type { Edge } from "./edge.ts";
import { type History, openHistory } from "./history.ts";
import { openPayloads } from "./payloads.ts";
import { checkpointOf } from "./queries/checkpoint.ts";
import { createRecentRecords } from "./recent-records.ts";
import { createRecentTasks } from "./recent-tasks.ts";
import { createRoster, fillRoster } from "./runner-roster.ts";
import { openSessions } from "./sessions.ts";
import { openTail } from "./tail.ts";
import { openTelemetry } from "./telemetry.ts";
import { createWishes } from "./wishes.ts";

/** Facts read again at the start when the read model cannot say how far it is. */
const WITHOUT_HISTORY = 10_000;
const CATCH_UP_MS = 10_000;

const adminTokenOf = ({ adminToken, data }: Env): string => {
  if (adminToken !== null) return adminToken;
  const file = join(data, "admin-token");
  const token = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (token === "")
    throw new Fatal(`There is no admin token: set LONGSHORE_ADMIN_TOKEN, or put one into ${file}.`);
  return token;
};

/** The tail begins where the read model ends, so that together they know everything. */
const firstWanted = async (history: History, extent: { first: number; last: number }): Promise<number> => {
  const recent = Math.max(extent.first, extent.last - WITHOUT_HISTORY + 1);
  const checkpoint = await history.read((sql) => checkpointOf(sql, "journal")).catch(() => null);
  if (checkpoint === null) return Math.max(1, recent);
  return Math.max(1, extent.first, Math.min(checkpoint, extent.last) + 1);
};

/** Connects to everything; the returned `close` lets go of it again. Throws Fatal. */
export const assemble = async (
  ground: Ground,
): Promise<{ edge: Edge; readonly close: () => Promise<void> }> => {
  const { env, log } = ground;
  const adminToken = adminTokenOf(env);
  const connection = await connectNats({ url: env.natsUrl, seedFile: env.natsSeedFile, user: "web" });
  const connectivity = openConnectivity(connection);
  const history = openHistory(env.databaseUrl);
  const recent = createRecentTasks();
  const records = createRecentRecords();
  const roster = createRoster();
  await fillRoster(roster, connection);
  const extent = await streamExtent(connection, JOURNAL);
  const from = await firstWanted(history, extent);
  const fail = (error: unknown): void => ground.fail(error);
  const tail = openTail({ connection, log, from, listeners: [recent, records, roster], fail });
  // A task answered with 201 before the restart must not be unknown after it.
  if (!(await tail.waitFor(extent.last, CATCH_UP_MS)))
    log.warn({ read: tail.last, last: extent.last }, "still catching up");
  const seen = await streamExtent(connection, TELEMETRY);
  const clock = systemClock;
  const telemetry = openTelemetry({ connection, log, clock, from: seen.last + 1 });
  const bucket = openBucket(connection);
  const access = openAccess({ bucket, connectivity, clock, adminToken, allowShell: env.allowShell });
  const sessions = openSessions({ bucket, access, connectivity, clock });
  sessions
    .sweep()
    .catch((error: unknown) => log.warn({ err: error }, "expired sessions could not be removed"));

  const close = async (): Promise<void> => {
    tail.stop();
    telemetry.stop();
    await history.end();
    await connection.close();
  };
  const edge: Edge = {
    env,
    log,
    clock,
    connection,
    connectivity,
    history,
    tail,
    recent,
    records,
    roster,
    telemetry,
    access,
    sessions,
    payloads: openPayloads({ objects: openObjects(connection), connectivity, log }),
    wishes: createWishes({ connection, connectivity, tail, ids: systemIds }),
  };
  return { edge, close };
};
