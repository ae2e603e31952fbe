import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openCluster, clusterUrl } from "#infra/embedded/postgres-cluster.ts";
import { postgresSpec } from "#infra/embedded/postgres-server.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import { connectSql } from "#infra/postgres/connect.ts";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { anAssignment } from "../../support/a-journal.ts";
import { onLeash } from "../../support/leash.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type Ground, checkpointOf, environmentOf, openGround } from "./a-ground.ts";
import { bytesIn, foldAll, tasksIn } from "./read-model.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const work = async (count: number): Promise<void> => {
  const { journal } = ground;
  const lives = Array.from({ length: count }, async () => {
    const id = await journal.submit();
    await journal.happen(id, anAssignment(1));
    await journal.happen(id, { type: "started", report: 1 });
    await journal.happen(id, {
      type: "items-recorded",
      report: 2,
      items: [{ index: 0, outcome: "done" }],
    });
    await journal.happen(id, { type: "completed", report: 3, result: null });
  });
  await Promise.all(lives);
};

const equalsTheJournal = async (sql = ground.sql): Promise<void> => {
  expect(await bytesIn(sql)).toEqual(ground.journal.facts.map(({ fact }) => JSON.stringify(fact)));
  expect(await tasksIn(sql)).toEqual(foldAll(ground.journal.facts));
};

const spawnProjector = (): ChildProcess =>
  spawn(process.execPath, ["--import", "tsx", "services/projector/main.ts"], {
    env: environmentOf(ground.nats, ground.database.url),
    stdio: "ignore",
  });

it("killed with SIGKILL between batches and started again, it goes on without gap or repeat", async () => {
  for (let round = 1; round <= 3; round += 1) {
    const child = spawnProjector();
    const ended = once(child, "exit");
    const before = await checkpointOf(ground.sql);
    const writing = work(60);
    await waitUntil(async () => (await checkpointOf(ground.sql)) > before, { within: 20_000, every: 1 });
    child.kill("SIGKILL");
    await ended;
    await writing;
  }
  expect(await checkpointOf(ground.sql)).toBeGreaterThan(0);
  await ground.projector();
  await ground.projected(ground.journal.facts.length);
  await equalsTheJournal();
});

it("NATS killed and started again in mid-stream is survived", async () => {
  await ground.projector();
  await work(20);
  await ground.projected(ground.journal.facts.length);
  await ground.nats.kill9();
  await ground.nats.restart();
  await waitUntil(
    () =>
      ground.connection.flush().then(
        () => true,
        () => false,
      ),
    { within: 10_000 },
  );
  await work(20);
  await ground.projected(ground.journal.facts.length);
  await equalsTheJournal();
});

it("Postgres restarted in mid-stream is survived, and its absence is logged once", async () => {
  const folder = temporaryFolder("projector-postgres");
  const cluster = await openCluster(folder, () => undefined);
  const start = () => onLeash(postgresSpec(cluster), join(folder, "postgres.log"));
  let server = await start();
  const sql = connectSql(clusterUrl(cluster), 1);
  const reached = (seq: number) =>
    waitUntil(
      () =>
        checkpointOf(sql).then(
          (at) => at >= seq,
          () => false,
        ),
      { within: 30_000 },
    );
  try {
    const projector = await ground.projector(clusterUrl(cluster));
    await work(20);
    await reached(ground.journal.facts.length);
    const writing = work(100);
    await server.stop();
    await writing;
    await waitUntil(() => projector.said.some((line) => line.includes("does not answer")), {
      within: 20_000,
    });
    server = await start();
    await reached(ground.journal.facts.length);
    await equalsTheJournal(sql);
    // Two loops write: facts and telemetry.
    expect(projector.said.filter((line) => line.includes("does not answer")).length).toBeLessThanOrEqual(2);
    expect(projector.said).toContain("the connection is back");
    await projector.stop();
  } finally {
    await sql.end({ timeout: 1 });
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

it("a connection to Postgres cut in the middle of a batch is survived", async () => {
  await ground.projector();
  const writing = work(100);
  const cut = async () =>
    (
      await ground.sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    ).count > 0;
  for (let round = 0; round < 5; round += 1) {
    await waitUntil(cut, { within: 5_000, every: 5 });
  }
  await writing;
  await ground.projected(ground.journal.facts.length);
  await equalsTheJournal();
});
