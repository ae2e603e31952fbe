import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import type { Plan, PlanEngine } from "#schema/items.ts";
import { rebuild } from "../../../services/projector/rebuild.ts";
import { aDefinition, EXAMPLES } from "../../support/task-examples.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { type Ground, openGround } from "./a-ground.ts";
import { digestOf } from "./read-model.ts";

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  await ground.projector();
});
afterAll(() => ground.close());

const ENGINE: PlanEngine = { host: "edge-1", id: "AAAA", name: "edge", version: "20.10", apiVersion: "1.41" };

const caughtUp = () => ground.projected(ground.journal.facts.length);

const planOf = (count: number, prefix: string): Plan => ({
  items: Array.from({ length: count }, (_, index) => ({
    id: `${prefix}${index}`.padStart(64, "0"),
    name: `${prefix} ${index}`,
    kind: "image" as const,
    bytes: 1_000 + index,
  })),
});

const plan = async (id: string, { items, dryRun }: Plan, number = 1): Promise<void> => {
  const stored = await openObjects(ground.connection).keep({ items });
  await ground.journal.happen(id, {
    type: "planned",
    report: 2,
    plan: {
      number,
      count: items.length,
      plan: stored,
      engine: ENGINE,
      ...(dryRun === true ? { dryRun } : {}),
    },
  });
};

const goOn = async (id: string, attempt: number): Promise<void> => {
  await ground.journal.happen(id, anAssignment(attempt));
  await ground.journal.happen(id, { type: "started", report: 1 });
};

const ledgerOf = (id: string) =>
  ground.sql`select name, kind, host, engine, outcome, code, bytes::int as bytes, freed::int as freed, answer, attempt
    from ledger where task_id = ${id} order by seq, place`;

it("the ledger keeps every deed, also of a run that was begun again from nothing, and no intent and no repeat", async () => {
  const { journal } = ground;
  const id = await journal.begin({ type: "docker.images.prune" });
  await plan(id, planOf(3, "img"));
  await goOn(id, 2);
  await journal.happen(id, {
    type: "items-recorded",
    report: 2,
    items: [
      { index: 0, outcome: "begun" },
      { index: 0, outcome: "done", freed: 900, answer: "200 deleted 2" },
      { index: 1, outcome: "failed", code: "conflict" },
      { index: 2, outcome: "skipped", code: "in-use" },
    ],
  });
  await journal.happen(id, { type: "items-recorded", report: 3, items: [{ index: 0, outcome: "failed" }] });
  await journal.happen(id, { type: "completed", report: 4, result: null });
  await journal.happen(id, { type: "revived", items: "failed" });
  await goOn(id, 3);
  await journal.happen(id, {
    type: "items-recorded",
    report: 2,
    items: [{ index: 1, outcome: "done", freed: 5 }],
  });
  await journal.happen(id, { type: "cancel-requested" });
  await journal.happen(id, { type: "cancelled", report: 3 });
  await journal.happen(id, { type: "revived", items: "all" });
  await caughtUp();
  const about = { kind: "image", host: "edge-1", engine: "AAAA" };
  expect(await ledgerOf(id)).toEqual([
    {
      ...about,
      name: "img 0",
      outcome: "done",
      code: null,
      bytes: 1_000,
      freed: 900,
      answer: "200 deleted 2",
      attempt: 2,
    },
    {
      ...about,
      name: "img 1",
      outcome: "failed",
      code: "conflict",
      bytes: 1_001,
      freed: null,
      answer: null,
      attempt: 2,
    },
    {
      ...about,
      name: "img 2",
      outcome: "skipped",
      code: "in-use",
      bytes: 1_002,
      freed: null,
      answer: null,
      attempt: 2,
    },
    {
      ...about,
      name: "img 1",
      outcome: "done",
      code: null,
      bytes: 1_001,
      freed: 5,
      answer: null,
      attempt: 3,
    },
  ]);
  expect(await ground.sql`select 1 from items where task_id = ${id}`).toHaveLength(0);
});

it("a report says how its items stand, and is no deed", async () => {
  const { journal } = ground;
  const id = await journal.begin({ type: "docker.images.prune" });
  await plan(id, { ...planOf(1, "report"), dryRun: true });
  await goOn(id, 2);
  const items = [{ index: 0, outcome: "skipped" as const, code: "dry-run" }];
  await journal.happen(id, { type: "items-recorded", report: 2, items });
  await caughtUp();
  expect(await ground.sql`select outcome, code from items where task_id = ${id}`).toEqual(
    items.map(({ outcome, code }) => ({ outcome, code })),
  );
  expect(await ledgerOf(id)).toEqual([]);
});

it("the items of a plan that is discarded are gone, and a new plan replaces the old one", async () => {
  const { journal, sql } = ground;
  const id = await journal.begin({ type: "docker.images.prune", approval: true });
  const names = async () =>
    (await sql`select name from items where task_id = ${id} order by index`).map(
      ({ name }) => name as string,
    );
  await plan(id, planOf(3, "old"));
  await caughtUp();
  expect(await names()).toEqual(["old 0", "old 1", "old 2"]);
  await journal.happen(id, { type: "plan-discarded" });
  await caughtUp();
  expect(await names()).toEqual([]);
  await goOn(id, 2);
  await plan(id, planOf(2, "new"), 2);
  await caughtUp();
  expect(await names()).toEqual(["new 0", "new 1"]);
});

it("a maintenance task is found by its host: the plan's, the payload's, or the runner's own", async () => {
  const { journal, sql } = ground;
  const planned = await journal.begin({ type: "docker.system.prune" });
  await plan(planned, planOf(1, "x"));
  const named = await journal.submit({ type: "docker.disk-usage", payload: { value: { host: "edge-2" } } });
  const own = await journal.begin({ type: "docker.disk-usage", payload: { value: {} } });
  await caughtUp();
  await journal.happen(own, { type: "completed", report: 2, result: null });
  const other = await journal.begin({ type: "command" });
  const definition = aDefinition({ id: "found-a-slot", type: "docker.disk-usage", payload: { value: {} } });
  const placed = { ...EXAMPLES.assigned, runner: "edge-3" };
  await journal.happen(definition.id, { type: "submitted", definition, placed });
  await caughtUp();
  const ids = [planned, named, own, other, definition.id];
  const rows = await sql`select id, host from tasks where id = any(${ids}::text[])`;
  expect(Object.fromEntries(rows.map(({ id, host }) => [id as string, host as string | null]))).toEqual({
    [planned]: "edge-1",
    [named]: "edge-2",
    [own]: "local",
    [other]: null,
    [definition.id]: "edge-3",
  });
});

it("ids and hosts longer than an index takes stop nothing", async () => {
  const { journal, sql } = ground;
  // Random: what repeats itself would be pressed together before it is measured.
  const long = randomBytes(6_000).toString("hex");
  const id = await journal.begin({ type: "docker.own", payload: { value: { host: long } } });
  await plan(id, { items: [{ id: long, name: long }] });
  await goOn(id, 2);
  await journal.happen(id, { type: "items-recorded", report: 2, items: [{ index: 0, outcome: "done" }] });
  const other = await journal.submit({ type: "docker.own", payload: { value: { host: long } } });
  await caughtUp();
  expect(await sql`select item_id, name from ledger where task_id = ${id}`).toEqual([
    { item_id: long.slice(0, 600), name: long },
  ]);
  expect(await sql`select host from tasks where id = ${other}`).toEqual([{ host: null }]);
});

it("writes a plan of 10,000 items and their results within seconds", async () => {
  const { journal, sql } = ground;
  const id = await journal.begin({ type: "docker.images.prune" });
  const began = performance.now();
  await plan(id, planOf(10_000, "many"));
  await caughtUp();
  const planned = performance.now() - began;
  await goOn(id, 2);
  const again = performance.now();
  for (let from = 0; from < 10_000; from += 100) {
    const items = Array.from({ length: 100 }, (_, index) => ({
      index: from + index,
      outcome: "done" as const,
    }));
    await journal.happen(id, { type: "items-recorded", report: 2 + from / 100, items });
  }
  await caughtUp();
  const recorded = performance.now() - again;
  const [row] = await sql`select count(*)::int as count from ledger where task_id = ${id}`;
  expect(row).toEqual({ count: 10_000 });
  expect([planned < 10_000, recorded < 20_000], `${planned} ms, ${recorded} ms`).toEqual([true, true]);
});

/** The last test: all that the others left behind, folded in larger pieces than it came. */
it("a rebuild makes the same items, the same ledger and the same hosts", async () => {
  const before = await digestOf(ground.sql);
  await rebuild({
    natsUrl: ground.nats.url,
    seedFile: ground.nats.seedFile("projector"),
    databaseUrl: ground.database.url,
    log: pino({ level: "silent" }),
  });
  expect(await digestOf(ground.sql)).toEqual(before);
});
