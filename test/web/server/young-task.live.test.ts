import { afterEach, describe, expect, it } from "vitest";
import type { Client } from "#client/http.ts";
import { openTestJournal } from "../../support/a-journal.ts";
import { anEdge, aSession, aStandIn, type TestEdge } from "./an-edge.ts";
import { aReader, aRunner, aScheduler, type TestScheduler } from "../../support/a-scheduler.ts";
import { until } from "../../support/until.ts";

let ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const whole = async (
  options: { cuttable?: boolean } = {},
): Promise<{ edge: TestEdge; client: Client; scheduler: TestScheduler }> => {
  const edge = await anEdge(options);
  ends.push(() => edge.stop());
  const scheduler = await aScheduler(edge.nats);
  ends.push(() => scheduler.stop());
  return { edge, client: edge.client, scheduler };
};

const withRunner = async (edge: TestEdge, slots = 0) => {
  const runner = await aRunner(edge.nats, { slots });
  ends.push(() => runner.close());
  await runner.hello();
  const stop = runner.keepLease();
  ends.push(async () => stop());
  await until("the types", async () => (await edge.client.types()).items.length === 2);
  return runner;
};

describe("a task the read model does not have yet", () => {
  it("is there as soon as its submission is answered, with its commands and why it waits", async () => {
    const { edge, client } = await whole();
    await withRunner(edge);
    for (let count = 0; count < 20; count += 1) {
      const { id, seq, repeated } = await client.submit({ type: "sleep", payload: { ms: count } });
      const task = await client.task(id);
      expect(task).toMatchObject({ id, state: "queued", payload: { ms: count }, attempt: 0 });
      expect(task.seq).toBeGreaterThanOrEqual(seq);
      expect(repeated).toBe(false);
    }
    const { id } = await client.submit({ type: "sleep", payload: {}, name: "Nap" });
    const task = await client.task(id);
    expect(task.waiting).toContain("Position 21 of 21");
    expect(task.why?.position).toEqual({ position: 21, of: 21 });
    expect((await client.events(id)).items).toEqual([]);
    await edge.project();
    await client.setPriority(id, "critical");
    expect((await client.task(id)).why?.position).toEqual({ position: 1, of: 21 });
    expect(task.commands.filter(({ allowed }) => allowed).map(({ command }) => command)).toEqual([
      "cancel",
      "pause",
      "reprioritise",
      "delay",
    ]);
    expect(task.commands.find(({ command }) => command === "resume")?.why).toContain("Cannot resume");
  });

  it("is answered with 201 only once it can be read, also when its fact comes late", async () => {
    const edge = await anEdge();
    ends.push(() => edge.stop());
    const standIn = await aStandIn(edge);
    const journal = openTestJournal(await edge.connect("scheduler"));
    standIn.answer = () => {
      setTimeout(() => void journal.submit({ id: "late-task" }), 300);
      return { ok: true, taskId: "late-task", seq: 1, state: "queued" };
    };
    expect((await edge.client.submit({ type: "sleep", payload: {} })).id).toBe("late-task");
    expect((await edge.client.task("late-task")).state).toBe("queued");
  });

  it("is cancelled, revived, paused and given another priority over HTTP", async () => {
    const { edge, client } = await whole();
    await withRunner(edge);
    const { id } = await client.submit({ type: "sleep", payload: {} });
    expect(await client.cancel(id, "not today")).toMatchObject({ id, state: "cancelled" });
    expect((await client.task(id)).state).toBe("cancelled");
    await expect(client.cancel(id)).rejects.toMatchObject({ status: 409, problem: { state: "cancelled" } });
    expect((await client.retry(id, "all")).state).toBe("queued");
    expect((await client.setPriority(id, "critical")).state).toBe("queued");
    expect((await client.pause(id, "lunch")).state).toBe("paused");
    const paused = await client.task(id);
    expect(paused).toMatchObject({ state: "paused", priority: "critical" });
    expect(paused.waiting).toContain("Paused");
    expect((await client.resume(id)).state).toBe("queued");
    await expect(client.cancel("00000000-no-such-task")).rejects.toMatchObject({ status: 404 });
  });

  it("answers a repeated submission with the first task and 200", async () => {
    const { edge, client } = await whole();
    await withRunner(edge);
    const body = { type: "sleep", payload: {} };
    const first = await edge.post("/api/tasks", body, { "idempotency-key": "k1" });
    const again = await edge.post("/api/tasks", body, { "idempotency-key": "k1" });
    expect([first.status, again.status]).toEqual([201, 200]);
    const { id } = (await first.json()) as { id: string };
    expect(((await again.json()) as { id: string }).id).toBe(id);
    expect(first.headers.get("location")).toBe(`/api/tasks/${id}`);
    expect((await client.task(id)).context.definition?.idempotencyKey).toBe("k1");
  });

  it("names the scheduler's objections to a payload as places in the body", async () => {
    const { edge, client } = await whole();
    await withRunner(edge);
    await expect(client.submit({ type: "sleep", payload: { ms: "long", zip: 1 } })).rejects.toMatchObject({
      status: 400,
    });
    const error = await client
      .submit({ type: "sleep", payload: { ms: "long" } })
      .catch((problem: unknown) => problem);
    expect(
      (error as { problem: { details: { path: string }[] } }).problem.details.map(({ path }) => path),
    ).toContain("/payload/ms");
    await expect(client.submit({ type: "nothing", payload: {} })).rejects.toMatchObject({ status: 400 });
  });

  it("says who is missing when there is no runner, or none for its type", async () => {
    const { edge, client } = await whole();
    const runner = await withRunner(edge);
    const { id } = await client.submit({ type: "sleep", payload: {} });
    await runner.goodbye();
    await until("the sentence", async () => (await client.task(id)).waiting === "No runner is connected.");
    expect((await client.runners()).items).toMatchObject([{ id: "local", state: "left", busy: 0 }]);
    expect((await client.types()).items).toEqual([]);
    expect((await client.hosts.list()).items).toEqual([]);
  });

  it("is worked on: attempts, progress of states and busy slots are seen at once", async () => {
    const { edge, client } = await whole();
    const runner = await withRunner(edge, 1);
    const reader = await aReader(await edge.connect("web"));
    ends.push(() => reader.stop());
    const { id } = await client.submit({ type: "sleep", payload: {} });
    const assigned = await reader.given(id);
    await runner.report(assigned, { type: "started" });
    await until("at work", async () => (await client.task(id)).state === "running.working");
    await edge.project();
    await until("busy", async () => (await client.runners()).items[0]?.busy === 1);
    await runner.report(assigned, { type: "completed", result: { ok: true } });
    await until("done", async () => (await client.task(id)).state === "completed");
    expect((await client.task(id)).commands.filter(({ allowed }) => allowed)).toEqual([]);
  });
});

describe("while Postgres is away", () => {
  it("takes submissions and commands, shows recent tasks, streams and logs in; lists are refused with 503", async () => {
    const { edge, client } = await whole({ cuttable: true });
    await withRunner(edge);
    await edge.project();
    const before = await client.submit({ type: "sleep", payload: {} });
    await until("the list", async () => (await client.tasks()).items.length === 1);
    await edge.cutPostgres();
    const { id } = await client.submit({ type: "sleep", payload: {} });
    expect((await client.task(id)).why?.position).toEqual({ position: 2, of: 2 });
    expect((await client.task(before.id)).state).toBe("queued");
    expect((await client.cancel(id)).state).toBe("cancelled");
    expect((await client.runners()).items).toHaveLength(1);
    await aSession(edge);
    for (const path of ["/api/tasks", `/api/tasks/${id}/events`, "/api/tasks/long-gone"]) {
      const start = performance.now();
      const response = await edge.admin(path);
      expect([path, response.status]).toEqual([path, 503]);
      expect(response.headers.get("retry-after")).not.toBeNull();
      expect(((await response.json()) as { detail: string }).detail).toContain("history is not available");
      expect(performance.now() - start).toBeLessThan(6_000);
    }
    const health = await client.health();
    expect([health.status, health.postgres.reachable]).toEqual(["degraded", false]);
  });

  it("starts and serves, too", async () => {
    const { edge, client } = await whole({ cuttable: true });
    await withRunner(edge);
    const { id } = await client.submit({ type: "sleep", payload: {} });
    await edge.stopWeb();
    await edge.cutPostgres();
    const url = await edge.startWeb();
    await until("the task of before", async () => {
      const response = await fetch(`${url}/api/tasks/${id}`, {
        headers: { authorization: "Bearer lsh_a-token-for-tests-only" },
      });
      return response.status === 200;
    });
  });
});

describe("while the message server is away", () => {
  it("refuses wishes within a second, reads on for the administrator, and recovers by itself", async () => {
    const { edge, client } = await whole();
    await withRunner(edge);
    await edge.project();
    await client.submit({ type: "sleep", payload: {} });
    await until("the list", async () => (await client.tasks()).items.length === 1);
    await edge.nats.kill9();
    await until("the loss to be noticed", async () => {
      const health = await edge.ask("/health");
      return health.status === 503;
    });
    const start = performance.now();
    const response = await edge.post("/api/tasks", { type: "sleep", payload: {} });
    expect(performance.now() - start).toBeLessThan(1_000);
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect((await client.tasks()).items).toHaveLength(1);
    await edge.nats.restart();
    await until("a submission to be taken", async () => {
      const again = await edge.post("/api/tasks", { type: "sleep", payload: {} });
      return again.status === 201;
    });
    expect(edge.failures).toEqual([]);
  });
});

describe("without a scheduler", () => {
  it("says why a task waits as far as the edge itself can know", async () => {
    const { edge, client, scheduler } = await whole();
    await withRunner(edge);
    await edge.project();
    const first = await client.submit({ type: "sleep", payload: {} });
    const { id } = await client.submit({ type: "sleep", payload: {} });
    const held = await client.submit({ type: "sleep", payload: {} });
    await client.pause(held.id, "lunch");
    expect((await client.task(held.id)).why?.code).toBe("paused");
    await until("the pause in the history", async () =>
      (await client.task(held.id)).waiting?.startsWith("Paused by admin (lunch)"),
    );
    await scheduler.stop();
    const task = await client.task(id);
    expect([task.why, task.waiting]).toEqual([null, "Position 2 of 2, waits for a slot."]);
    expect((await client.task(first.id)).waiting).toBe("Position 1 of 2, waits for a slot.");
  });

  it("says so with 503 and Retry-After", async () => {
    const edge = await anEdge();
    ends.push(() => edge.stop());
    const response = await edge.post("/api/tasks", { type: "sleep", payload: {} });
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).not.toBeNull();
    expect(((await response.json()) as { detail: string }).detail).toContain("scheduler");
  });
});
