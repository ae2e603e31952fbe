import { jetstreamManager } from "@nats-io/jetstream";
import { describe, expect, it } from "vitest";
import { connectNats } from "#infra/nats/connect.ts";
import { openObjects } from "#infra/nats/objects.ts";
import type { BatchAction, BatchResult } from "#schema/batch.ts";
import { isRecordFact, type RecordFact } from "#schema/envelope.ts";
import { OBJECTS } from "#schema/subjects.ts";
import type { BatchReply, SubmitManyReply } from "#schema/wishes.ts";
import { openTestJournal } from "../../../support/a-journal.ts";
import { aScheduler } from "../../../support/a-scheduler.ts";
import { until } from "../../../support/until.ts";
import { aSchedulerProcess } from "../program.ts";
import { aScout, edge, ends, journal, nats, onServersOfTheirOwn } from "../scheduler-processes.ts";

onServersOfTheirOwn();

const aSchedulerHere = async () => {
  const scheduler = await aScheduler(nats);
  ends.push(scheduler.stop);
  await aScout();
  return scheduler;
};

const many = async (count: number): Promise<string[]> => {
  const ids: string[] = [];
  while (ids.length < count) {
    const tasks = Array.from({ length: Math.min(1_000, count - ids.length) }, () => ({
      type: "sleep",
      payload: {},
    }));
    const reply = await edge.about<SubmitManyReply>("submit-many", { tasks });
    if (!reply.ok) throw new Error(reply.message);
    for (const one of reply.replies) if (one.ok) ids.push(one.taskId);
  }
  return ids;
};

const ask = (command: object): Promise<BatchReply> =>
  edge.about<BatchReply>("batch", { command, reason: "tidying" });

const started = async (action: BatchAction, ids: readonly string[], more: object = {}): Promise<string> => {
  const tasks = await openObjects(edge.connection).keep(ids);
  const reply = await ask({ type: "start", action, tasks, ...more });
  if (!reply.ok || !("id" in reply)) throw new Error(JSON.stringify(reply));
  return reply.id;
};

const about = (id: string): RecordFact<"batch">[] =>
  journal.facts.flatMap(({ fact }) =>
    isRecordFact(fact) && fact.about.id === id ? [fact as RecordFact<"batch">] : [],
  );

const results = (id: string): BatchResult[] =>
  about(id).flatMap(({ type, data }) => (type === "progressed" ? (data["results"] as BatchResult[]) : []));

const ended = (id: string) =>
  until(
    "the batch has ended",
    () => about(id).at(-1)?.after?.state !== "running" && about(id).at(-1),
    90_000,
  );

describe("a batch over many tasks", () => {
  it("whose scheduler is killed again and again does each once, tells each once, and is undone", async () => {
    let scheduler = await aSchedulerProcess(nats);
    await aScout();
    const ids = await many(6_000);
    const id = await started({ type: "pause" }, ids);
    for (const part of [1_000, 2_500, 4_000]) {
      await until(
        "it is under way",
        () => results(id).length >= part || about(id).at(-1)?.type === "finished",
        60_000,
      );
      await scheduler.kill9();
      scheduler = await aSchedulerProcess(nats);
    }
    expect((await ended(id)).after).toMatchObject({
      state: "finished",
      counts: { total: 6_000, done: 6_000, refused: 0 },
    });
    expect(results(id).map(({ task }) => task)).toEqual(ids);
    const held = journal.taskFacts().filter(({ type }) => type === "held");
    expect(held.map(({ taskId }) => taskId)).toEqual(ids);
    expect(new Set(held.map(({ cause }) => cause))).toEqual(new Set([id]));
    // Otherwise nobody was killed in the middle.
    expect(new Set(about(id).map(({ epoch }) => epoch)).size).toBeGreaterThan(1);

    const undo = await started({ type: "undo", batch: id }, []);
    expect((await ended(undo)).after).toMatchObject({ state: "finished", counts: { done: 6_000 } });
    expect(journal.taskFacts().filter(({ type }) => type === "resumed")).toHaveLength(6_000);
  }, 240_000);

  it("lets others be answered meanwhile, and is stopped by a word", async () => {
    await aSchedulerHere();
    const ids = await many(3_000);
    const id = await started({ type: "reprioritise", priority: "low" }, ids, { ratePerS: 1_000 });
    expect(await edge.submit()).toMatchObject({ ok: true });
    expect(await ask({ type: "stop", batch: id })).toMatchObject({ ok: true });
    const { after } = await ended(id);
    expect(after).toMatchObject({ state: "cancelled", reason: "tidying" });
    expect(after?.counts.seen).toBeLessThan(3_000);
    expect(after?.counts.seen).toBe(
      journal.taskFacts().filter(({ type }) => type === "reprioritised").length,
    );
  });

  it("is looked at first: nothing happens, and what cannot be done is told with its reasons", async () => {
    await aSchedulerHere();
    const ids = await many(300);
    for (const id of ids.slice(0, 3)) await edge.wish(id, { type: "cancel" });
    await journal.next(null, "withdrawn", 3);
    const before = journal.facts.length;
    const tasks = await openObjects(edge.connection).keep(ids);
    expect(await ask({ type: "start", action: { type: "retry" }, tasks, dryRun: true })).toMatchObject({
      ok: true,
      dryRun: true,
      can: 3,
      cannot: 297,
      reasons: [{ why: "Cannot retry a task that is queued.", count: 297 }],
    });
    expect(journal.facts.length).toBe(before);
  });

  it.each([
    [{ type: "start", action: { type: "pause" }, tasks: ["a"] }],
    [{ type: "start", action: { type: "dance" }, tasks: { value: ["a"] } }],
    [{ type: "start", action: { type: "pause" }, tasks: { value: ["x".repeat(65)] } }],
    [{ type: "start", action: { type: "pause" }, tasks: { value: ["a"] }, ratePerS: 0 }],
    [{ type: "start", action: { type: "pause" }, tasks: { ref: "gone", sha256: "gone", size: 1 } }],
    [{ type: "begin" }],
  ])("is refused as invalid: %j", async (command) => {
    await aSchedulerHere();
    expect(await ask(command)).toMatchObject({ ok: false, code: "invalid" });
  });
});

describe("idempotency keys", () => {
  const idempotencyKey = "once-only";

  it("are what they were after a restart", async () => {
    const scheduler = await aScheduler(nats);
    await aScout();
    const keys = ["live", "settled"] as const;
    const tasks = new Map<string, string>();
    for (const key of keys) {
      const reply = await edge.submit({ idempotencyKey: key, payload: { ms: 1, text: key } });
      if (reply.ok) tasks.set(key, reply.taskId);
    }
    await edge.wish(String(tasks.get("settled")), { type: "cancel" });
    await scheduler.stop();
    await aSchedulerHere();
    for (const key of keys) {
      const taskId = tasks.get(key);
      expect(await edge.submit({ idempotencyKey: key, payload: { text: key, ms: 1 } })).toMatchObject({
        ok: true,
        taskId,
        repeated: true,
      });
      expect(await edge.submit({ idempotencyKey: key, payload: { ms: 2 } })).toMatchObject({
        ok: false,
        code: "key-reused",
      });
    }
  });

  it("are free a day after their task's end, also for a scheduler that starts then", async () => {
    const writer = await connectNats({
      url: nats.url,
      seedFile: nats.seedFile("scheduler"),
      user: "scheduler",
    });
    ends.push(() => writer.close());
    const old = openTestJournal(writer);
    const definition = { type: "sleep", payload: { value: {} }, idempotencyKey };
    const id = await old.submit(definition);
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
    await old.happen(id, { type: "withdrawn" }, (fact) => ({ ...fact, at: hoursAgo(24.1) }));
    const young = await old.submit({ ...definition, idempotencyKey: "young" });
    await old.happen(young, { type: "withdrawn" }, (fact) => ({ ...fact, at: hoursAgo(23.9) }));
    await aSchedulerHere();
    expect(await edge.submit({ idempotencyKey: "young" })).toMatchObject({ taskId: young, repeated: true });
    await until("the old key is free", async () => {
      const reply = await edge.submit({ idempotencyKey, payload: { ms: 9 } });
      return reply.ok && reply.taskId !== id;
    });
  });
});

it("what the object store is needed for is answered as unavailable while there is none", async () => {
  await aSchedulerHere();
  const provisioner = await connectNats({
    url: nats.url,
    seedFile: nats.seedFile("provisioner"),
    user: "provisioner",
  });
  ends.push(() => provisioner.close());
  await (await jetstreamManager(provisioner)).streams.delete(`OBJ_${OBJECTS}`);
  expect(await edge.submit({ payload: { text: "x".repeat(40_000) } })).toMatchObject({
    ok: false,
    code: "unavailable",
    message: expect.stringContaining("object store"),
  });
  expect(await edge.submit({ payload: { text: "short" } })).toMatchObject({ ok: true });
});
