import { afterAll, beforeAll, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import { encode, type Fact } from "#schema/envelope.ts";
import { anAssignment, sha256 } from "../../support/a-journal.ts";
import { type Ground, openGround } from "./a-ground.ts";
import { bytesIn, foldAll, tasksIn } from "./read-model.ts";

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  await ground.projector();
});
afterAll(() => ground.close());

const plan = (count: number) => ({
  items: Array.from({ length: count }, (_, index) => ({
    id: `${index}`.padStart(64, "0"),
    name: `container ${index}`,
    ...(index === 0 ? { skip: "protected" } : {}),
  })),
});

const caughtUp = () => ground.projected(ground.journal.facts.length);

const itemsOf = (taskId: string) =>
  ground.sql`select index, id, name, skip, outcome, code, message, ms, attempt from items where task_id = ${taskId} order by index`;

it("every fact is kept with its exact bytes, and tasks equal an independent fold", async () => {
  const { journal, sql } = ground;
  await journal.runner("joined", "local", { boot: "b1", slots: 4, types: [{ type: "command" }], host: "h" });
  await journal.submit({ runAt: "2026-11-22T08:00:00.000Z" });
  const done = await journal.begin({ name: "größe ✓", labels: { team: "a" } });
  await journal.happen(done, { type: "reprioritised", priority: "critical" });
  await journal.happen(done, { type: "completed", report: 2, result: { value: { code: 0 } } });
  const retried = await journal.begin();
  await journal.happen(retried, {
    type: "attempt-failed",
    report: 2,
    error: { code: "exit", message: "code 1" },
    retryable: true,
    dueAt: "2026-11-21T09:00:00.000Z",
  });
  const cancelled = await journal.submit();
  await journal.happen(cancelled, { type: "withdrawn" });
  await journal.happen(cancelled, { type: "revived", items: "all" });
  await caughtUp();

  expect(await bytesIn(sql)).toEqual(journal.facts.map(({ fact }) => JSON.stringify(fact)));
  expect(await tasksIn(sql)).toEqual(foldAll(journal.facts));
  const [row] = await sql`select top, tag, type, name, queue, priority, labels from tasks where id = ${done}`;
  expect(row).toEqual({
    top: "completed",
    tag: "settled",
    type: "command",
    name: "größe ✓",
    queue: "default",
    priority: "critical",
    labels: { team: "a" },
  });
});

it("a runner is present, then left or lost, then present again with its new boot", async () => {
  const { journal, sql } = ground;
  const runner = async () =>
    (await sql`select state, boot, slots, types, host from runners where id = 'r2'`)[0];
  const hello = { boot: "b1", slots: 4, types: [{ type: "command" }], host: "far" };
  await journal.runner("joined", "r2", hello);
  await caughtUp();
  expect(await runner()).toEqual({ state: "present", ...hello });
  await journal.runner("lost", "r2");
  await caughtUp();
  expect(await runner()).toMatchObject({ state: "lost", boot: "b1" });
  await journal.runner("joined", "r2", { ...hello, boot: "b2" });
  await journal.runner("left", "r2");
  await journal.runner("joined", "r2", { ...hello, boot: "b3" });
  await caughtUp();
  expect(await runner()).toMatchObject({ state: "present", boot: "b3" });
});

/** A task at work on a plan of so many items. */
const atWorkOn = async (count: number): Promise<string> => {
  const { journal } = ground;
  const id = await journal.begin();
  await journal.happen(id, {
    type: "planned",
    report: 2,
    plan: { number: 1, count, plan: { value: plan(count) } },
  });
  await journal.happen(id, anAssignment(2));
  await journal.happen(id, { type: "started", report: 1 });
  return id;
};

it("items follow the plan, their results, and a retry of the failed ones", async () => {
  const { journal, sql } = ground;
  const id = await atWorkOn(4);
  await journal.happen(id, {
    type: "items-recorded",
    report: 2,
    items: [
      { index: 0, outcome: "skipped", code: "protected" },
      { index: 1, outcome: "begun" },
      { index: 1, outcome: "done", ms: 12 },
      { index: 2, outcome: "failed", code: "gone", message: "no such container" },
      { index: 3, outcome: "begun" },
    ],
  });
  // A repeat of what went well changes nothing.
  await journal.happen(id, { type: "items-recorded", report: 3, items: [{ index: 1, outcome: "failed" }] });
  await caughtUp();
  const outcomes = async () => (await itemsOf(id)).map((row) => row["outcome"] as unknown);
  expect(await outcomes()).toEqual(["skipped", "done", "failed", "begun"]);
  expect((await itemsOf(id))[2]).toMatchObject({ code: "gone", message: "no such container", attempt: 2 });
  const [task] = await sql`select context->'counts' as counts from tasks where id = ${id}`;
  expect(task?.["counts"]).toEqual({ planned: 4, done: 1, unchanged: 0, skipped: 1, failed: 1 });

  await journal.happen(id, { type: "completed", report: 4, result: null });
  await journal.happen(id, { type: "revived", items: "failed" });
  await caughtUp();
  expect(await outcomes()).toEqual(["skipped", "done", null, "begun"]);
  expect((await itemsOf(id))[2]).toMatchObject({
    name: "container 2",
    code: null,
    message: null,
    attempt: null,
  });

  await journal.happen(id, { type: "withdrawn" });
  await journal.happen(id, { type: "revived", items: "all" });
  await caughtUp();
  expect(await itemsOf(id)).toHaveLength(0);
});

it("results of items that no row can hold stop nothing: a time is cut to the longest, an item there is not has no row", async () => {
  const { journal } = ground;
  const id = await atWorkOn(2);
  await journal.happen(id, {
    type: "items-recorded",
    report: 2,
    items: [
      // What somebody gets who takes the time of day for how long it took.
      { index: 0, outcome: "done", ms: 1_800_000_000_000 },
      { index: 1, outcome: "done", ms: 1.5 },
      { index: 9_000_000_000, outcome: "done" },
    ],
  });
  await caughtUp();
  expect((await itemsOf(id)).map(({ ms }) => ms as unknown)).toEqual([2_147_483_647, 2]);
});

it("a plan of 10,000 items comes by reference and is shown whole", async () => {
  const { journal, connection } = ground;
  const stored = await openObjects(connection).keep(plan(10_000));
  expect(stored).toHaveProperty("ref");
  const id = await journal.begin();
  await journal.happen(id, { type: "planned", report: 2, plan: { number: 1, count: 10_000, plan: stored } });
  await caughtUp();
  const items = await itemsOf(id);
  expect(items).toHaveLength(10_000);
  expect(items[0]).toMatchObject({ skip: "protected", outcome: null });
  expect(items[9_999]).toMatchObject({ name: "container 9999", skip: null });
});

it("a plan whose object is gone leaves its items out and everything else goes on", async () => {
  const { journal, sql } = ground;
  const id = await journal.begin();
  const lost = { ref: "f".repeat(64), sha256: "f".repeat(64), size: 40_000 };
  await journal.happen(id, { type: "planned", report: 2, plan: { number: 1, count: 2, plan: lost } });
  await caughtUp();
  expect(await itemsOf(id)).toHaveLength(0);
  expect(await sql`select state from tasks where id = ${id}`).toEqual([{ state: "queued" }]);
});

it("many facts of many tasks at once equal an independent fold", async () => {
  const { journal, sql } = ground;
  const ids = await Promise.all(Array.from({ length: 300 }, () => journal.submit()));
  await Promise.all(ids.map((id) => journal.happen(id, anAssignment(1))));
  await Promise.all(ids.map((id) => journal.happen(id, { type: "started", report: 1 })));
  await Promise.all(ids.map((id) => journal.happen(id, { type: "completed", report: 2, result: null })));
  await caughtUp();
  expect(await tasksIn(sql)).toEqual(foldAll(journal.facts));
  const [count] = await sql`select count(*)::int as facts from facts`;
  expect(count).toEqual({ facts: journal.facts.length });
});

it("text that Postgres cannot hold does not stop it, and the exact bytes are kept", async () => {
  const { journal, sql } = ground;
  const name = "nul \0 half \ud800 backslash \\u0000 end";
  const id = await journal.submit({ name });
  await caughtUp();
  const [row] =
    await sql`select name, context->'definition'->>'name' as inner, fact->'data'->'definition'->>'name' as told, bytes
    from tasks t join facts f on f.seq = t.seq where t.id = ${id}`;
  const shown = "nul \uFFFD half \uFFFD backslash \\u0000 end";
  expect(row).toMatchObject({ name: shown, inner: shown, told: shown });
  const bytes = Buffer.from(row?.["bytes"] as Uint8Array).toString("utf8");
  expect((JSON.parse(bytes) as { data: { definition: { name: string } } }).data.definition.name).toBe(name);
});

/** The last test: what is written past the journal is not among its facts. */
it("facts whose bytes are no plain text are kept with exactly those", async () => {
  const { journal, sql } = ground;
  let stream = sha256(encode(journal.facts.at(-1)?.fact as Fact));
  const takeover = (version: string): string =>
    JSON.stringify({
      v: 1,
      id: `epoch-${version}`,
      type: "epoch",
      at: "2026-11-21T08:00:00.000Z",
      actor: { kind: "scheduler", id: "scheduler" },
      reason: null,
      cause: null,
      epoch: 1,
      chain: { stream, task: null },
      data: { version },
    });
  const writings = [
    () => Buffer.from(takeover("plain é")),
    () => Buffer.from(`\uFEFF${takeover("marked é")}`),
    () => Buffer.from(takeover("latin é"), "latin1"),
    () => Buffer.from(` ${takeover("spaced é")}`),
  ];
  const written: string[] = [];
  for (const write of writings) {
    const bytes = write();
    await journal.raw(bytes);
    stream = sha256(bytes);
    written.push(bytes.toString("hex"));
  }
  await ground.projected(journal.facts.length + writings.length);
  const rows = await sql`select encode(bytes, 'hex') as hex, fact->'data'->>'version' as version
    from facts where type = 'epoch' order by seq`;
  expect(rows.map(({ hex }) => hex)).toEqual(written);
  expect(rows.map(({ version }) => version)).toEqual(["plain é", "marked é", "latin \uFFFD", "spaced é"]);
});
