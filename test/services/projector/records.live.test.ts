import { afterAll, beforeAll, expect, it } from "vitest";
import type { BatchResult } from "#schema/batch.ts";
import { fingerprintOf } from "#schema/fingerprint.ts";
import { openQueue } from "#schema/queue.ts";
import { topState } from "#schema/task.evolve.ts";
import { aBatch, aSchedule } from "../../support/record-examples.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { type Ground, openGround } from "./a-ground.ts";
import { foldAll } from "./read-model.ts";

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  await ground.projector();
});
afterAll(() => ground.close());

const caughtUp = () => ground.projected(ground.journal.facts.length);
const record = async (kind: string, id: string) => {
  const [row] = await ground.sql`select born, seq, value from records where kind = ${kind} and id = ${id}`;
  return row && { born: Number(row["born"]), seq: Number(row["seq"]), value: row["value"] as unknown };
};

it("a record is what its last fact says, and no more once it has ceased to be", async () => {
  const { journal } = ground;
  const about = { kind: "schedule", id: "nightly" } as const;
  await journal.record(about, { type: "created" }, aSchedule("nightly"));
  const born = journal.facts.length;
  await journal.record(about, { type: "schedule-paused" }, aSchedule("nightly", { state: "paused" }));
  await journal.record({ kind: "queue", id: "nightly" }, { type: "queue-paused" }, openQueue("nightly"));
  await caughtUp();
  expect(await record("schedule", "nightly")).toEqual({
    born,
    seq: born + 1,
    value: aSchedule("nightly", { state: "paused" }),
  });
  await journal.record(about, { type: "deleted" }, null);
  await caughtUp();
  expect(await record("schedule", "nightly")).toBeUndefined();
  expect(await record("queue", "nightly")).toMatchObject({ value: { state: "open" } });
});

it("a record that was deleted and made again is a new one, however its facts are cut into batches", async () => {
  const { journal } = ground;
  const about = { kind: "schedule", id: "again" } as const;
  await journal.record(about, { type: "created" }, aSchedule("again"));
  await caughtUp();
  // Written while the projector looks elsewhere, so that one batch may hold the end and the new beginning.
  await Promise.all([
    journal.record(about, { type: "deleted" }, null),
    journal.record(about, { type: "created" }, aSchedule("again", { name: "Anew" })),
    journal.record(about, { type: "schedule-paused" }, aSchedule("again", { name: "Paused" })),
  ]);
  await caughtUp();
  const last = journal.facts.length;
  expect(await record("schedule", "again")).toMatchObject({
    born: last - 1,
    seq: last,
    value: { name: "Paused" },
  });
});

it("keeps what became of each task of a batch, in order", async () => {
  const { journal, sql } = ground;
  const about = { kind: "batch", id: "b1" } as const;
  const results = (from: number): BatchResult[] =>
    Array.from({ length: 3 }, (_, place) => ({
      task: `t${from + place}`,
      ok: place !== 1,
      state: "queued",
      ...(place === 1 ? { why: "Cannot pause." } : { before: "normal" }),
    }));
  await journal.record(about, { type: "started" }, aBatch("b1"));
  await journal.record(about, { type: "progressed", results: results(0) }, aBatch("b1"));
  await journal.record(about, { type: "progressed", results: results(3) }, aBatch("b1"));
  await caughtUp();
  const rows = await sql`
    select task, ok, state, why, before from batch_results where batch = 'b1' order by seq, index`;
  expect(rows.map((row) => row["task"] as string)).toEqual(["t0", "t1", "t2", "t3", "t4", "t5"]);
  expect(rows[4]).toEqual({ task: "t4", ok: false, state: "queued", why: "Cannot pause.", before: null });
});

it("finds the facts of a record among all facts", async () => {
  const rows = await ground.sql`select type from facts where about = 'schedule:nightly' order by seq`;
  expect(rows.map((row) => row["type"] as string)).toEqual(["created", "schedule-paused", "deleted"]);
});

it("knows what a task came from and what it comes after", async () => {
  const { journal, sql } = ground;
  const parent = await journal.begin();
  const child = await journal.submit({
    parent,
    retryOf: "old",
    after: [parent, 'b \\ " {}'],
    submittedBy: { kind: "schedule", id: "nightly" },
  });
  await caughtUp();
  const [row] =
    await sql`select parent, retry_of, schedule, to_json(comes_after) as comes_after from tasks where comes_after @> array[${parent}]`;
  expect(row).toEqual({ parent, retry_of: "old", schedule: "nightly", comes_after: [parent, 'b \\ " {}'] });
  const [plain] = await sql`select parent, retry_of, schedule, comes_after from tasks where id = ${parent}`;
  expect(plain).toEqual({ parent: null, retry_of: null, schedule: null, comes_after: null });
  expect(await sql`select id from tasks where parent = ${parent}`).toEqual([{ id: child }]);
});

it("counts each queue's tasks by state and priority as an independent fold does", async () => {
  const { journal, sql } = ground;
  const ids = await Promise.all(
    Array.from({ length: 60 }, (_, place) =>
      journal.submit({ queue: `q${place % 3}`, priority: place % 2 === 0 ? "high" : "low" }),
    ),
  );
  await Promise.all(ids.slice(0, 40).map((id) => journal.happen(id, anAssignment(1))));
  await caughtUp();
  await Promise.all(ids.slice(0, 30).map((id) => journal.happen(id, { type: "started", report: 1 })));
  await Promise.all(ids.slice(50).map((id) => journal.happen(id, { type: "withdrawn" })));
  await journal.happen(ids[0] ?? "", { type: "reprioritised", priority: "critical" });
  await Promise.all(
    ids.slice(0, 10).map((id) => journal.happen(id, { type: "completed", report: 2, result: null })),
  );
  await caughtUp();
  const counts = new Map<string, number>();
  for (const { state, context } of foldAll(journal.facts)) {
    const key = [context.definition?.queue, topState(state), context.priority].join(" ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = await sql<{ key: string; count: number }[]>`
    select queue || ' ' || top || ' ' || priority as key, count from queue_counts`;
  expect(new Map(rows.map(({ key, count }) => [key, count]))).toEqual(counts);
});

it("puts failed tasks that failed the same way into one group, and takes them out when they are revived", async () => {
  const { journal, sql } = ground;
  const fail = async (message: string): Promise<string> => {
    const id = await journal.begin();
    const error = { code: "exit", message };
    const dueAt = "2026-11-21T09:00:00.000Z";
    await journal.happen(id, { type: "attempt-failed", report: 2, error, retryable: false, dueAt });
    return id;
  };
  const first = await fail("cannot open /srv/a.txt");
  const second = await fail("cannot open /srv/b.txt");
  await fail("out of memory");
  await caughtUp();
  const groups = async (): Promise<number[]> => {
    const rows = await sql<{ count: number }[]>`
      select count(*)::int as count from tasks where fingerprint is not null group by fingerprint order by 1`;
    return rows.map(({ count }) => count);
  };
  expect(await groups()).toEqual([1, 2]);
  const [row] = await sql`select fingerprint from tasks where id = ${second}`;
  expect(row?.["fingerprint"]).toBe(
    fingerprintOf("command", { code: "exit", message: "cannot open /srv/c.txt" }),
  );
  await journal.happen(first, { type: "revived", items: "all" });
  await caughtUp();
  expect(await groups()).toEqual([1, 1]);
});
