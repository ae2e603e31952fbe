import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { drizzle } from "drizzle-orm/postgres-js";
import { migrate } from "drizzle-orm/postgres-js/migrator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { type Ground, openGround } from "./a-ground.ts";

let ground: Ground;
let folder: string;
beforeAll(async () => {
  folder = temporaryFolder("migrations");
  ground = await openGround();
});
afterAll(async () => {
  await ground.close();
  rmSync(folder, { recursive: true });
});

/** Makes the tables as the first release made them. */
const migrateToFirst = async (): Promise<void> => {
  cpSync("schema/migrations", folder, { recursive: true });
  const list = join(folder, "meta/_journal.json");
  const journal = JSON.parse(readFileSync(list, "utf8")) as { entries: unknown[] };
  writeFileSync(list, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }));
  await migrate(drizzle(ground.sql), { migrationsFolder: folder });
};

it("a read model of the first release is read anew from the journal's first fact, so that nothing new in it is missing", async () => {
  const { sql, journal } = ground;
  await migrateToFirst();
  const parent = await journal.submit({ queue: "old" });
  await journal.submit({ queue: "old", parent });
  const [fact] = journal.facts;
  await sql`insert into facts (seq, subject, type, at, hash, fact, bytes)
    values (1, 'task.old.submitted.none', 'submitted', now(), 'h', '{}', 'b')`;
  await sql`insert into checkpoints (name, seq, hash, incarnation) values ('journal', 1, 'h', 'i'), ('telemetry', 9, 'h', 'i')`;
  await ground.projector();
  await ground.projected(2);
  expect(await sql`select queue, top, count from queue_counts`).toEqual([
    { queue: "old", top: "queued", count: 2 },
  ]);
  const [child] = await sql`select parent from tasks where parent is not null`;
  expect(child).toEqual({ parent });
  const [kept] = await sql<{ id: string }[]>`select fact ->> 'id' as id from facts where seq = 1`;
  expect(kept?.id).toBe(fact?.fact.id);
  expect(await sql`select 1 from checkpoints where name = 'telemetry'`).toHaveLength(1);
});
