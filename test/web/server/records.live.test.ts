import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BatchResult } from "#schema/batch.ts";
import { openQueue } from "#schema/queue.ts";
import { type AJournal, anAssignment, openTestJournal } from "../../support/a-journal.ts";
import { aBatch, aSchedule, aTemplate } from "../../support/record-examples.ts";
import { until } from "../../support/until.ts";
import { listen } from "./a-listener.ts";
import { aToldEdge } from "./a-told-edge.ts";
import { anEdge, type TestEdge, TOKEN } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;

const end = (): number => journal.facts.length;
/** What was written has reached the edge, though perhaps not yet the read model. */
const heard = (): Promise<unknown> =>
  until("the tail", async () => (await edge.client.health()).journal.read >= end());

beforeAll(async () => {
  ({ edge, journal } = await aToldEdge());
});
afterAll(() => edge.stop());

describe("queues", () => {
  it("are listed with what is in them and what holds them up, also those nobody configured", async () => {
    const { queues } = edge.client;
    const ids = [
      await journal.submit({ queue: "plain", priority: "high" }),
      await journal.submit({ queue: "plain" }),
      await journal.submit({ queue: "plain" }),
    ];
    await journal.happen(ids[0] ?? "", anAssignment(1));
    await journal.happen(ids[1] ?? "", { type: "held" });
    const about = { kind: "queue", id: "narrow" } as const;
    const narrow = { ...openQueue("narrow"), concurrency: 2 };
    await journal.record(about, { type: "configured", settings: { concurrency: 2 } }, narrow);
    const since = "2026-11-21T08:00:00.000Z";
    const reason = "All 2 slots of the queue narrow are taken.";
    await journal.record(
      { kind: "limit", id: "queue:narrow" },
      { type: "reached", reason },
      { id: "queue:narrow", reached: true, reason, since },
    );
    await journal.record(
      { kind: "limit", id: "global" },
      { type: "eased" },
      { id: "global", reached: false, reason: null, since },
    );
    await heard();
    const { items, asOf } = await queues.list();
    expect(asOf).toBe(end());
    expect(items.map(({ id }) => id)).toEqual(["narrow", "plain"]);
    expect(items[0]).toMatchObject({ concurrency: 2, counts: {}, waiting: 0, limits: [{ reason }] });
    expect(items[1]).toMatchObject({
      state: "open",
      concurrency: null,
      counts: { queued: 1, paused: 1, running: 1 },
      depth: { critical: 0, high: 0, normal: 1, low: 0, background: 0 },
      waiting: 2,
      active: 1,
      limits: [],
    });
    expect((await queues.get("narrow")).concurrency).toBe(2);
    await expect(queues.get("never")).rejects.toMatchObject({ status: 404 });
    expect((await queues.limits()).items).toEqual([
      { id: "queue:narrow", reached: true, reason, since, seq: end() - 1 },
    ]);
    expect((await queues.events("narrow")).items).toMatchObject([
      { type: "configured", actor: { kind: "scheduler" }, data: { settings: { concurrency: 2 } } },
    ]);
  });
});

describe("schedules", () => {
  it("are listed the latest first, page by page, and found as soon as their fact was heard", async () => {
    const { schedules } = edge.client;
    for (let count = 1; count <= 5; count += 1) {
      await journal.record(
        { kind: "schedule", id: `s${count}` },
        { type: "created" },
        aSchedule(`s${count}`),
      );
    }
    await heard();
    const first = await schedules.list({ limit: 3 });
    expect(first.items.map(({ id }) => id)).toEqual(["s5", "s4", "s3"]);
    const rest = await schedules.list({ limit: 3, cursor: first.next ?? "" });
    expect(rest.items.map(({ id }) => id)).toEqual(["s2", "s1"]);
    expect(rest.next).toBeUndefined();
    await journal.record({ kind: "schedule", id: "s2" }, { type: "deleted" }, null);
    await heard();
    await expect(schedules.get("s2")).rejects.toMatchObject({ status: 404 });
    expect((await schedules.list()).items.map(({ id }) => id)).toEqual(["s5", "s4", "s3", "s1"]);
    expect((await schedules.events("s2")).items.map(({ type }) => type)).toEqual(["created", "deleted"]);
    await expect(schedules.events("never")).rejects.toMatchObject({ status: 404 });
    const id = await journal.submit({ submittedBy: { kind: "schedule", id: "s1" } });
    await until("its task", async () => (await edge.client.tasks({ schedule: "s1" })).items[0]?.id === id);
    expect((await edge.client.task(id)).schedule).toBe("s1");
  });
});

describe("templates", () => {
  it("are listed by name in their latest version, and keep the earlier ones", async () => {
    const { templates } = edge.client;
    const define = (name: string, version: number, retired = false): Promise<void> => {
      const template = aTemplate(name, version, { retired, description: `${name} ${version}` });
      return journal.record(
        { kind: "template", id: template.id },
        { type: retired ? "retired" : "defined" },
        template,
      );
    };
    for (let version = 1; version <= 11; version += 1) await define("backup", version);
    await define("alone", 1);
    await define("gone", 1);
    await define("gone", 1, true);
    await heard();
    expect((await templates.list()).items.map(({ id }) => id)).toEqual(["alone@1", "backup@11"]);
    expect((await templates.get("backup")).description).toBe("backup 11");
    expect((await templates.get("backup", 2)).description).toBe("backup 2");
    expect((await templates.versions("backup")).items.map(({ version }) => version)).toEqual([
      11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1,
    ]);
    expect((await templates.get("gone")).retired).toBe(true);
    await expect(templates.get("backup", 12)).rejects.toMatchObject({ status: 404 });
    await expect(templates.get("never")).rejects.toMatchObject({ status: 404 });
  });
});

describe("batches", () => {
  it("are shown without their ids, with each result once, page by page", async () => {
    const { batches } = edge.client;
    const about = { kind: "batch", id: "b1" } as const;
    const results = Array.from({ length: 7 }, (_, place): BatchResult => {
      const ok = place % 3 !== 0;
      return {
        task: `t${place}`,
        ok,
        state: "paused",
        ...(ok ? { before: null } : { why: "Cannot pause." }),
      };
    });
    await journal.record(about, { type: "started" }, aBatch("b1"));
    await journal.record(about, { type: "progressed", results: results.slice(0, 4) }, aBatch("b1"));
    const counts = { total: 7, seen: 7, done: 4, refused: 3 };
    await journal.record(about, { type: "progressed", results: results.slice(4) }, aBatch("b1", { counts }));
    await heard();
    expect(await batches.get("b1")).toMatchObject({ id: "b1", counts, seq: end() });
    expect(await batches.get("b1")).not.toHaveProperty("tasks");
    const { items } = await batches.list();
    expect(items).toMatchObject([{ id: "b1", counts }]);
    expect(items[0]).not.toHaveProperty("tasks");
    const told: BatchResult[] = [];
    let cursor: string | undefined;
    do {
      const page = await batches.results("b1", { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      told.push(...page.items);
      cursor = page.next;
    } while (cursor !== undefined);
    expect(told.map(({ task }) => task)).toEqual(results.map(({ task }) => task));
    expect(told[0]).toEqual({ task: "t0", ok: false, state: "paused", why: "Cannot pause.", before: null });
    expect((await batches.results("b1", { ok: false })).items.map(({ task }) => task)).toEqual([
      "t0",
      "t3",
      "t6",
    ]);
    await expect(batches.results("never")).rejects.toMatchObject({ status: 404 });
    await expect(batches.get("never")).rejects.toMatchObject({ status: 404 });
  });
});

describe("dead letters", () => {
  it("are grouped by what they have in common, the latest group first, and are no more once they run again", async () => {
    const { deadLetters } = edge.client;
    const fail = async (message: string): Promise<string> => {
      const id = await journal.begin();
      const error = { code: "exit-1", message };
      const dueAt = "2026-11-21T09:00:00.000Z";
      await journal.happen(id, { type: "attempt-failed", report: 2, error, retryable: false, dueAt });
      return id;
    };
    const first = await fail("cannot open /srv/a.txt");
    await fail("out of memory");
    const third = await fail("cannot open /srv/b.txt");
    await until(
      "the failures",
      async () => (await edge.client.tasks({ state: "failed" })).items.length === 3,
    );
    const { items } = await deadLetters.groups();
    expect(items).toMatchObject([
      { type: "command", code: "exit-1", message: "cannot open /srv/b.txt", count: 2 },
      { message: "out of memory", count: 1 },
    ]);
    expect(Date.parse(items[0]?.first ?? "")).toBeLessThan(Date.parse(items[0]?.last ?? ""));
    const group = items[0]?.fingerprint ?? "";
    expect((await deadLetters.tasks(group)).items.map(({ id }) => id)).toEqual([third, first]);
    const page = await deadLetters.tasks(group, { limit: 1 });
    expect((await deadLetters.tasks(group, { cursor: page.next ?? "" })).items.map(({ id }) => id)).toEqual([
      first,
    ]);
    await journal.happen(first, { type: "revived", items: "all" });
    await until("one less", async () => (await deadLetters.groups()).items.every(({ count }) => count === 1));
  });
});

describe("a task among others", () => {
  it("names those it has to do with, and where they are", async () => {
    const before = await journal.submit({ name: "First" });
    const parent = await journal.begin({ name: "Parent" });
    const id = await journal.submit({
      after: [before, "unknown"],
      parent,
      retryOf: before,
      concurrency: { key: "nas", limit: 2 },
      locks: ["disk"],
      requires: { cpus: 2 },
    });
    const follower = await journal.submit({ after: [id], name: "Follower" });
    await until(
      "the read model",
      async () => (await edge.client.tasks({ after: id })).items[0]?.id === follower,
    );
    const task = await edge.client.task(id);
    expect(task).toMatchObject({
      after: [
        { id: before, name: "First", state: "queued" },
        { id: "unknown", name: null, state: null },
      ],
      parent: { id: parent, name: "Parent", state: "running.working" },
      retryOf: { id: before, name: "First" },
      followers: { items: [{ id: follower, name: "Follower", state: "pending" }], total: 1 },
      children: { items: [], total: 0 },
      concurrency: { key: "nas", limit: 2 },
      locks: ["disk"],
      requires: { cpus: 2 },
    });
    expect((await edge.client.task(parent)).children.items.map((child) => child.id)).toEqual([id]);
    expect((await edge.client.task(before)).retries.items.map((retry) => retry.id)).toEqual([id]);
    expect((await edge.client.tasks({ parent })).items.map((row) => row.id)).toEqual([id]);
    expect((await edge.client.tasks({ retryOf: before })).items.map((row) => row.id)).toEqual([id]);
  });
});

describe("the stream", () => {
  it("tells facts about records as an event of their own, in one order with the others, from ring and journal", async () => {
    const from = end();
    await journal.submit();
    await journal.record({ kind: "queue", id: "told" }, { type: "queue-paused" }, openQueue("told"));
    await journal.submit();
    const stream = await listen(`${edge.url}/api/stream?after=${from}`, { authorization: `Bearer ${TOKEN}` });
    await until("three", () => stream.events.filter(({ id }) => Number(id) > from).length === 3);
    const told = stream.events.filter(({ id }) => Number(id) > from);
    expect(told.map(({ event, id }) => [event, Number(id) - from])).toEqual([
      ["fact", 1],
      ["record", 2],
      ["fact", 3],
    ]);
    expect(told[1]?.data).toEqual({ seq: from + 2, fact: journal.facts[from + 1]?.fact });
    stream.close();
  });
});

describe("while the read model is behind", () => {
  it("a record that was just made is found, and lists answer after a while with what there is", async () => {
    const own = await anEdge();
    const facts = openTestJournal(await own.connect("scheduler"));
    try {
      await facts.record({ kind: "schedule", id: "young" }, { type: "created" }, aSchedule("young"));
      await until("the tail", async () => (await own.client.health()).journal.read === 1);
      expect(await own.client.schedules.get("young")).toMatchObject({ id: "young", seq: 1 });
      const start = performance.now();
      expect(await own.client.schedules.list()).toEqual({ items: [], asOf: 0 });
      expect(performance.now() - start).toBeGreaterThan(1_900);
      await own.project();
      await until("the list", async () => (await own.client.schedules.list()).items.length === 1);
    } finally {
      await own.stop();
    }
  });
});
