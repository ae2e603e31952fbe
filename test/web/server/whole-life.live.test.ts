import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Client } from "#client/http.ts";
import type { TaskFact } from "#schema/envelope.ts";
import { aReader, aRunner, aScheduler, type TestScheduler } from "../../support/a-scheduler.ts";
import { until } from "../../support/until.ts";
import { anEdge, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let client: Client;
let scheduler: TestScheduler;
let runner: Awaited<ReturnType<typeof aRunner>>;
let reader: Awaited<ReturnType<typeof aReader>>;
let stopRenewing: () => void;

beforeAll(async () => {
  edge = await anEdge();
  client = edge.client;
  scheduler = await aScheduler(edge.nats);
  await edge.project();
  runner = await aRunner(edge.nats, { slots: 8 });
  await runner.hello();
  stopRenewing = runner.keepLease();
  reader = await aReader(await edge.connect("web"));
  await until("the types", async () => (await client.types()).items.length === 2);
});
afterAll(async () => {
  stopRenewing();
  await reader.stop();
  await runner.close();
  await scheduler.stop();
  await edge.stop();
});

const nap = { type: "sleep", payload: {} };
const later = { ...nap, runAt: "2100-01-01T00:00:00.000Z" };
let queues = 0;
let queue: string;
beforeEach(() => {
  queue = `q${(queues += 1)}`;
});

const finished = async (id: string) => {
  await until("the end of the batch", async () => (await client.batches.get(id)).state === "finished");
  return client.batches.get(id);
};

describe("over HTTP, with a real scheduler", () => {
  it("a queue is paused, its task says so, and starts when the queue is resumed", async () => {
    await client.queues.pause(queue, "inventory");
    expect((await client.queues.get(queue)).state).toBe("paused");
    const { id } = await client.submit({ ...nap, queue });
    const task = await client.task(id);
    expect([task.state, task.waiting]).toEqual(["queued", expect.stringContaining(queue)]);
    await client.queues.resume(queue);
    const assigned = await reader.given(id);
    await runner.report(assigned, { type: "completed", result: null });
    await until("its end", async () => (await client.task(id)).state === "completed");
    await client.queues.configure(queue, { concurrency: 1 });
    const shown = await client.queues.get(queue);
    expect(shown).toMatchObject({ state: "open", concurrency: 1, preempts: false });
    expect((await client.queues.events(queue)).items.map(({ type, reason }) => [type, reason])).toEqual([
      ["queue-paused", "inventory"],
      ["queue-resumed", null],
      ["configured", null],
    ]);
    await client.queues.drain(queue);
    await expect(client.submit({ ...nap, queue })).rejects.toMatchObject({ status: 409 });
  });

  it("many are submitted at once, as a graph whose parts know one another", async () => {
    const { items } = await client.submitMany([
      { ...later, queue, name: "First" },
      { ...nap, queue, name: "Second", after: ["@0"] },
    ]);
    const [first, second] = items.map((item) => (item.ok ? item.id : ""));
    const task = await client.task(second ?? "");
    expect(task.after).toEqual([{ id: first, name: "First", state: "pending" }]);
    expect([task.state, task.waiting]).toEqual(["pending", expect.stringContaining("First")]);
    const mixed = await client.submitMany([
      { ...nap, queue },
      { ...nap, type: "unheard-of" },
    ]);
    expect(mixed.items.map(({ ok }) => ok)).toEqual([true, false]);
    const circle = client.submitMany([
      { ...nap, after: ["@1"] },
      { ...nap, after: ["@0"] },
    ]);
    await expect(circle).rejects.toMatchObject({ status: 400 });
  });

  it("a task is put off and its moment is shown", async () => {
    const { id } = await client.submit({ ...later, queue });
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    expect(await client.delay(id, tomorrow, "not yet")).toMatchObject({ state: "pending" });
    expect((await client.task(id)).dueAt).toBe(tomorrow);
    await expect(client.delay(id, "2001-01-01T00:00:00.000Z")).rejects.toMatchObject({ status: 400 });
  });

  it("a schedule is made, found, changed, run now, paused and deleted", async () => {
    const { schedules } = client;
    const body = { name: "Yearly", cron: "0 0 1 1 *", task: { ...nap, queue } };
    const { id } = await schedules.create(body, "for the books");
    expect(await schedules.get(id)).toMatchObject({ name: "Yearly", timezone: "UTC", state: "active" });
    expect((await schedules.list()).items.map((schedule) => schedule.id)).toContain(id);
    await schedules.change(id, { timezone: "Europe/Berlin" });
    expect((await schedules.get(id)).timezone).toBe("Europe/Berlin");
    const { task } = await schedules.run(id);
    expect((await client.task(task ?? "")).schedule).toBe(id);
    await schedules.pause(id);
    expect(await schedules.get(id)).toMatchObject({ state: "paused", dueAt: null });
    await schedules.resume(id);
    await schedules.delete(id);
    await expect(schedules.get(id)).rejects.toMatchObject({ status: 404 });
    await expect(schedules.run(id)).rejects.toMatchObject({ status: 404 });
    await expect(schedules.create({ ...body, cron: "never" })).rejects.toMatchObject({
      status: 400,
      problem: { details: [{ path: expect.stringContaining("cron") as string }] },
    });
    const wrong = schedules.create({ ...body, task: { type: "sleep", payload: { ms: "long" } } });
    await expect(wrong).rejects.toMatchObject({ status: 400 });
  });

  it("a template is defined twice, submitted from with parameters, and retired", async () => {
    const { templates } = client;
    const parameters = {
      type: "object",
      properties: { ms: { type: "integer" } },
      required: ["ms"],
      additionalProperties: false,
    };
    await templates.define({ name: "nap", task: { type: "sleep", payload: {} } });
    await templates.define({ name: "nap", parameters, task: { ...later, queue, payload: { ms: "{{ms}}" } } });
    expect((await templates.list()).items).toMatchObject([{ name: "nap", version: 2 }]);
    const { id } = await templates.submit("nap", { parameters: { ms: 7 } });
    const task = await client.task(id);
    expect(task).toMatchObject({ queue, payload: { ms: 7 } });
    await expect(templates.submit("nap", { parameters: {} })).rejects.toMatchObject({ status: 400 });
    await expect(templates.submit("nobody's")).rejects.toMatchObject({ status: 400 });
    await expect(templates.submit("never")).rejects.toMatchObject({ status: 404 });
    await templates.retire("nap");
    expect((await templates.list()).items).toEqual([]);
  });

  it("a batch over a query is foreseen, done, shown with a result for each task, and undone", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await client.submit({ ...later, queue })).id);
    const settled = await client.cancel(ids[4] ?? "");
    await until("the read model", async () => (await client.tasks({ limit: 1 })).asOf >= settled.seq);
    const { asOf } = await client.tasks({ queue });
    const late = await client.submit({ ...later, queue });
    const body = { action: { type: "pause" as const }, query: { queue }, asOf };
    const outlook = await client.batches.outlook(body);
    expect(outlook).toMatchObject({ can: 4, cannot: 1, total: 5, asOf });
    expect(outlook.reasons).toHaveLength(1);
    const { id, total } = await client.batches.start({ ...body, reason: "lunch" });
    expect(total).toBe(5);
    expect((await finished(id)).counts).toEqual({ total: 5, seen: 5, done: 4, refused: 1 });
    expect((await client.batches.results(id)).items.map(({ task, ok }) => [task, ok])).toEqual(
      ids.map((task, place) => [task, place < 4]),
    );
    expect((await client.task(ids[0] ?? "")).state).toBe("paused");
    expect((await client.task(late.id)).state).toBe("pending");
    const undone = await client.batches.undo(id);
    expect((await finished(undone.id)).counts.done).toBe(4);
    expect((await client.task(ids[0] ?? "")).state).toBe("pending");
    expect((await client.batches.list()).items.map((batch) => batch.id).slice(0, 2)).toEqual([undone.id, id]);
    await expect(client.batches.stop(id)).rejects.toMatchObject({ status: 409 });
  });

  it("dead letters of one kind are redriven together", async () => {
    const fail = async (): Promise<TaskFact> => {
      const { id } = await client.submit({ type: "once", payload: {}, queue });
      const assigned = await reader.given(id);
      const error = { code: "exit-1", message: `No room on /mnt/${id}.` };
      await runner.report(assigned, { type: "attempt-failed", error, retryable: false });
      return assigned;
    };
    const failed = [await fail(), await fail()];
    await until("the group", async () => (await client.deadLetters.groups()).items[0]?.count === 2);
    const [group] = (await client.deadLetters.groups()).items;
    await client.queues.pause(queue);
    const { id, total } = await client.deadLetters.redrive(group?.fingerprint ?? "", { ratePerS: 50 });
    expect(total).toBe(2);
    await finished(id);
    for (const { taskId } of failed) expect((await client.task(taskId)).state).toBe("queued");
    await until("no dead letters", async () => (await client.deadLetters.groups()).items.length === 0);
  });

  it("limits that are reached are listed with their reason", async () => {
    const stop = await client.submitMany(
      [1, 2, 3].map(() => ({ ...nap, queue, concurrency: { key: "nas", limit: 1 } })),
    );
    const ids = stop.items.map((item) => (item.ok ? item.id : ""));
    const assigned = await reader.given(ids[0] ?? "");
    const waiting = await client.task(ids[1] ?? "");
    expect(waiting.waiting).toContain("nas");
    expect(waiting.concurrency).toEqual({ key: "nas", limit: 1 });
    await until("the limit", async () =>
      (await client.queues.limits()).items.some(({ id }) => id === "key:nas"),
    );
    for (const id of ids.slice(1)) await client.cancel(id);
    await runner.report(assigned, { type: "completed", result: null });
    await until("no limit", async () =>
      (await client.queues.limits()).items.every(({ id }) => id !== "key:nas"),
    );
  });

  it("a runner that is asked about its slots and does not answer is a 503", async () => {
    await expect(client.pools.get("local")).rejects.toMatchObject({ status: 503 });
    await expect(client.pools.scale("local", 3)).rejects.toMatchObject({ status: 503 });
  });
});
