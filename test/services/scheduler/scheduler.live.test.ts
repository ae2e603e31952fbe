import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TaskFact } from "#schema/envelope.ts";
import type { WishReply } from "#schema/wishes.ts";
import {
  aReader,
  aRunner,
  anEdge,
  aScheduler,
  provisioned,
  SLEEP,
  type TestScheduler,
} from "../../support/a-scheduler.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { until } from "../../support/until.ts";

let nats: TestNats;
let scheduler: TestScheduler;
let edge: Awaited<ReturnType<typeof anEdge>>;
let journal: Awaited<ReturnType<typeof aReader>>;
const ends: (() => unknown)[] = [];

beforeEach(async () => {
  nats = await provisioned(await startNats());
  scheduler = await aScheduler(nats);
  edge = await anEdge(nats);
  journal = await aReader(edge.connection);
});

afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  await journal.stop();
  await edge.close();
  await scheduler.stop();
  await nats.stop();
});

const present = async (options?: Parameters<typeof aRunner>[1]) => {
  const runner = await aRunner(nats, options);
  await runner.hello();
  const stopLease = runner.keepLease();
  ends.push(stopLease, runner.close);
  return { ...runner, stopLease };
};

const submitted = async (...task: Parameters<typeof edge.submit>): Promise<string> => {
  const reply = await edge.submit(...task);
  if (!reply.ok) throw new Error(`refused: ${reply.message}`);
  return reply.taskId;
};

const types = (taskId: string): string[] => journal.of(taskId).map((fact) => fact.type);

describe("the scheduler", () => {
  it("takes a task from submission to completion, every step a fact", async () => {
    const runner = await present();
    const id = await submitted({ payload: { ms: 1 } });
    const assigned = await journal.next(id, "assigned");
    expect(assigned.data["work"]).toMatchObject({ type: "sleep", payload: { value: { ms: 1 } } });
    expect(await runner.report(assigned, { type: "started" })).toMatchObject({ ok: true });
    expect(await runner.report(assigned, { type: "completed", result: { slept: 1 } })).toMatchObject({
      ok: true,
    });
    await journal.next(id, "completed");
    expect(types(id)).toEqual(["submitted", "assigned", "started", "completed"]);
    expect(journal.of(id).map(({ n, from, to }) => `${n} ${from} ${to}`)).toEqual([
      "1 unborn queued",
      "2 queued running.starting",
      "3 running.starting running.working",
      "4 running.working completed",
    ]);
    expect(journal.of(id).at(-1)?.whole).toMatchObject({ outcome: "full", result: { value: { slept: 1 } } });
  });

  it("assigns by priority, first in first out within one, within the slots and the limit", async () => {
    const order = ["low", "normal", "critical", "normal", "background", "high"] as const;
    const ids: string[] = [];
    const scout = await aRunner(nats, { slots: 0 });
    ends.push(scout.close);
    await scout.hello();
    for (const priority of order) ids.push(await submitted({ priority }));
    const runner = await present({ slots: 1, boot: "boot-2" });
    const went: string[] = [];
    for (let i = 0; i < order.length; i += 1) {
      const assigned = await journal.next(null, "assigned", i + 1);
      went.push(assigned.taskId);
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, { type: "completed", result: null });
    }
    expect(went).toEqual([2, 5, 1, 3, 0, 4].map((index) => ids[index]));
    const active: number[] = [0];
    for (const { type } of journal.taskFacts()) {
      active.push((active.at(-1) ?? 0) + (type === "assigned" ? 1 : type === "completed" ? -1 : 0));
    }
    expect(Math.max(...active)).toBe(1);
  });

  it("never has more active than the limit, however many slots there are", async () => {
    await scheduler.stop();
    scheduler = await aScheduler(nats, { LONGSHORE_CONCURRENCY: "3" });
    const runner = await present({ slots: 50 });
    await Promise.all(Array.from({ length: 9 }, () => submitted()));
    for (let i = 0; i < 9; i += 1) {
      const assigned = await until(
        "the next assignment",
        () => journal.taskFacts().filter((f) => f.type === "assigned")[i],
      );
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, { type: "completed", result: null });
    }
    let active = 0;
    let most = 0;
    for (const { type } of journal.taskFacts()) {
      active += type === "assigned" ? 1 : type === "completed" ? -1 : 0;
      most = Math.max(most, active);
    }
    expect(most).toBe(3);
  });

  it("lets a waiting task be moved up", async () => {
    const scout = await aRunner(nats, { slots: 0 });
    ends.push(scout.close);
    await scout.hello();
    const first = await submitted();
    const second = await submitted();
    expect(await edge.wish(second, { type: "reprioritise", priority: "high" })).toMatchObject({ ok: true });
    await present({ slots: 1, boot: "boot-2" });
    expect((await journal.next(null, "assigned")).taskId).toBe(second);
    expect(types(first)).toEqual(["submitted"]);
  });

  it("submits and assigns in one commit when a slot is free", async () => {
    await present();
    const id = await submitted();
    const assigned = await journal.next(id, "assigned");
    const first = journal.of(id)[0] as TaskFact & { seq: number };
    expect(assigned.seq).toBe(first.seq + 1);
  });

  it("tries a failed attempt again after its delay, and gives up when attempts are used up", async () => {
    const runner = await present();
    const id = await submitted();
    for (const attempt of [1, 2]) {
      const assigned = await journal.next(id, "assigned", attempt);
      expect(assigned.attempt).toBe(attempt);
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, {
        type: "attempt-failed",
        error: { code: "boom", message: "It broke." },
        retryable: true,
      });
    }
    await until("the end", () => journal.of(id).at(-1)?.to === "failed");
    expect(types(id)).toEqual([
      "submitted",
      "assigned",
      "started",
      "attempt-failed",
      "retry-due",
      "assigned",
      "started",
      "attempt-failed",
    ]);
    const [failed, due] = [journal.of(id)[3], journal.of(id)[4]] as [TaskFact, TaskFact];
    expect(Date.parse(due.at)).toBeGreaterThanOrEqual(Date.parse(String(failed.data["dueAt"])));
  });

  it("does not try again what cannot be helped by it", async () => {
    const runner = await present();
    const assigned = await journal.next(await submitted(), "assigned");
    await runner.report(assigned, { type: "started" });
    await runner.report(assigned, {
      type: "attempt-failed",
      error: { code: "x", message: "y" },
      retryable: false,
    });
    expect((await journal.next(assigned.taskId, "attempt-failed")).to).toBe("failed");
  });

  it("withdraws a waiting task, and asks the runner to stop an active one", async () => {
    const runner = await present({ slots: 1 });
    const active = await submitted();
    const waiting = await submitted();
    const assigned = await journal.next(active, "assigned");
    await runner.report(assigned, { type: "started" });
    expect(await edge.wish(waiting, { type: "cancel", reason: "not needed" })).toMatchObject({
      ok: true,
      state: "cancelled",
    });
    expect(await edge.wish(active, { type: "cancel" })).toMatchObject({ ok: true, state: "cancelling" });
    expect(await edge.wish(active, { type: "cancel" })).toMatchObject({
      ok: false,
      code: "refused",
      state: "cancelling",
    });
    const asked = await journal.next(active, "cancel-requested");
    expect(asked.runner).toBe("local");
    expect(await runner.report(assigned, { type: "cancelled" })).toMatchObject({ ok: true });
    expect((await journal.next(waiting, "withdrawn")).reason).toBe("not needed");
    expect((await journal.next(active, "cancelled")).to).toBe("cancelled");
  });

  it("ends a cancel that crosses the start, the plan or a refusal of the work", async () => {
    for (const body of [
      { type: "planned", plan: { items: [] } },
      { type: "unclaimed", message: "busy" },
    ] as const) {
      const runner = await present({ boot: `boot-${body.type}` });
      const assigned = await journal.next(await submitted(), "assigned");
      await edge.wish(assigned.taskId, { type: "cancel" });
      expect(await runner.report(assigned, body)).toMatchObject({ ok: true });
      expect((await journal.next(assigned.taskId, "cancelled")).to).toBe("cancelled");
      runner.stopLease();
      await runner.goodbye();
    }
  });

  it("takes a repeated report once, and refuses one with a stale token", async () => {
    const runner = await present();
    const assigned = await journal.next(await submitted(), "assigned");
    await runner.report(assigned, { type: "started" }, 1);
    expect(await runner.report(assigned, { type: "started" }, 1)).toMatchObject({ ok: true });
    expect(
      await runner.report({ ...assigned, token: "other" }, { type: "completed", result: null }),
    ).toMatchObject({ ok: false, code: "stale" });
    await runner.report(assigned, { type: "completed", result: null }, 2);
    expect(await runner.report(assigned, { type: "completed", result: null }, 2)).toMatchObject({
      ok: false,
      code: "stale",
    });
    expect(types(assigned.taskId)).toEqual(["submitted", "assigned", "started", "completed"]);
  });

  it("plans first, hands the plan and what is already done to the next assignment, and retries only the rest", async () => {
    const runner = await present();
    const id = await submitted();
    const items = [0, 1, 2].map((index) => ({ id: `c${index}`, name: `c${index}` }));
    const planning = await journal.next(id, "assigned");
    await runner.report(planning, { type: "started" });
    await runner.report(planning, { type: "planned", plan: { items } });
    const working = await journal.next(id, "assigned", 2);
    expect(working.data["work"]).toMatchObject({ plan: { value: { items } }, marks: "A" });
    await runner.report(working, { type: "started" });
    const results = [
      { index: 0, outcome: "done" },
      { index: 1, outcome: "failed", code: "x" },
    ] as const;
    await runner.report(working, { type: "items-recorded", items: results });
    await runner.report(working, { type: "completed", result: null });
    expect((await journal.next(id, "completed")).whole).toMatchObject({
      outcome: "partial",
      counts: { planned: 3, done: 1, failed: 1 },
    });
    expect(await edge.wish(id, { type: "retry", items: "failed" })).toMatchObject({ ok: true });
    const again = await journal.next(id, "assigned", 3);
    expect(again.data["work"]).toMatchObject({ plan: { value: { items } }, counts: { done: 1, failed: 0 } });
    expect(await edge.wish(id, { type: "retry", items: "failed" })).toMatchObject({
      ok: false,
      code: "refused",
    });
  });

  it("holds a plan for approval when asked to", async () => {
    const runner = await present({ types: [{ ...SLEEP, plans: true }] });
    const id = await submitted({ approval: true });
    const planning = await journal.next(id, "assigned");
    await runner.report(planning, { type: "started" });
    await runner.report(planning, { type: "planned", plan: { items: [{ id: "c", name: "c" }] } });
    const { to, data } = await journal.next(id, "planned");
    expect(to).toBe("awaiting-approval");
    const { hash } = data["plan"] as { hash: string };
    expect(await edge.wish(id, { type: "approve", plan: 2, hash })).toMatchObject({ code: "refused" });
    expect(await edge.wish(id, { type: "approve", plan: 1 })).toMatchObject({ code: "refused" });
    expect(await edge.wish(id, { type: "approve", plan: 1, hash })).toMatchObject({ ok: true });
    await journal.next(id, "assigned", 2);
  });

  it("releases a delayed task when it is due, not before", async () => {
    await present();
    const runAt = new Date(Date.now() + 700).toISOString();
    const id = await submitted({ runAt });
    expect(journal.of(id)[0]?.to ?? "pending").toBe("pending");
    const released = await journal.next(id, "released");
    expect(Date.parse(released.at)).toBeGreaterThanOrEqual(Date.parse(runAt));
    await journal.next(id, "assigned");
  });

  it("fails a waiting task whose time has run out, and gives an attempt its deadline", async () => {
    const scout = await aRunner(nats, { slots: 0 });
    ends.push(scout.close);
    await scout.hello();
    const id = await submitted({ timeout: { totalMs: 1_000 } });
    expect((await journal.next(id, "expired")).to).toBe("failed");
    await present({ boot: "boot-2" });
    const limited = await submitted({ timeout: { attemptMs: 5_000, totalMs: 60_000 } });
    const assigned = await journal.next(limited, "assigned");
    expect(Date.parse(String(assigned.data["deadlineAt"])) - Date.parse(assigned.at)).toBeLessThanOrEqual(
      5_000,
    );
  });

  it("declares a silent runner lost within five seconds: what may be repeated queues again, the rest fails as unknown", async () => {
    const runner = await present();
    const repeatable = await submitted({ type: "sleep" });
    const once = await submitted({ type: "once" });
    await journal.next(repeatable, "assigned");
    await runner.report(await journal.next(once, "assigned"), { type: "started" });
    runner.stopLease();
    const silentSince = performance.now();
    const lost = await journal.next(once, "attempt-lost");
    expect(performance.now() - silentSince).toBeLessThan(5_000);
    expect(performance.now() - silentSince).toBeGreaterThan(3_900);
    expect(lost.to).toBe("failed");
    expect(lost.whole?.error?.code).toBe("outcome-unknown");
    expect((await journal.next(repeatable, "attempt-lost")).to).toBe("queued");
    expect(await runner.lease()).toMatchObject({ ok: false, code: "unknown-runner" });
  });

  it("counts a new boot of a runner as the loss of what the old one held", async () => {
    await present();
    const id = await submitted();
    await journal.next(id, "assigned");
    await present({ boot: "boot-2" });
    await journal.next(id, "attempt-lost");
    expect((await journal.next(id, "assigned", 2)).attempt).toBe(2);
  });

  it("pauses in place and resumes on the runner that holds it", async () => {
    const runner = await present();
    const assigned = await journal.next(await submitted(), "assigned");
    const id = assigned.taskId;
    await runner.report(assigned, { type: "started" });
    expect(await edge.wish(id, { type: "pause" })).toMatchObject({ ok: true, state: "pausing" });
    await runner.report(assigned, { type: "paused", inPlace: true });
    await journal.next(id, "paused");
    expect(await edge.wish(id, { type: "resume" })).toMatchObject({ ok: true });
    const again = await journal.next(id, "assigned", 2);
    expect(again.runner).toBe("local");
    expect(again.token).not.toBe(assigned.token);
  });

  it("answers a repeated submission with the first task, also after it settled", async () => {
    const runner = await present();
    const id = await submitted({ idempotencyKey: "once-only" });
    expect(await edge.submit({ idempotencyKey: "once-only" })).toMatchObject({
      ok: true,
      taskId: id,
      repeated: true,
    });
    const assigned = await journal.next(id, "assigned");
    await runner.report(assigned, { type: "started" });
    await runner.report(assigned, { type: "completed", result: null });
    expect(await edge.submit({ idempotencyKey: "once-only" })).toMatchObject({
      ok: true,
      taskId: id,
      repeated: true,
    });
    expect(journal.taskFacts().filter((fact) => fact.type === "submitted")).toHaveLength(1);
  });

  it("keeps a large payload out of the fact and hands over a reference", async () => {
    await present();
    const text = "x".repeat(100_000);
    const id = await submitted({ payload: { text } });
    const assigned = await journal.next(id, "assigned");
    expect(assigned.data["work"]).toMatchObject({ payload: { size: text.length + 11 } });
    expect(JSON.stringify(journal.of(id)).length).toBeLessThan(10_000);
  });

  describe("refuses, and writes no fact for", () => {
    const cases: [string, Parameters<typeof edge.submit>, string][] = [
      ["an unknown type", [{ type: "nonsense" }], "unknown-type"],
      ["an invalid payload", [{ payload: { ms: "soon" } }], "invalid"],
      ["an unknown field in the payload", [{ payload: { sm: 1 } }], "invalid"],
      ["a payload over 1 MiB", [{ payload: { text: "x".repeat(1_100_000) } }], "too-large"],
      ["a queue that is no name", [{ queue: "a.b" }], "invalid"],
      ["a retry policy without end", [{ retry: { maxAttempts: 1e9 } }], "invalid"],
      [
        "somebody without the right",
        [{}, { actor: { kind: "user", id: "eve" }, capabilities: ["view"] }],
        "forbidden",
      ],
    ];
    for (const [what, wish, code] of cases) {
      it(what, async () => {
        await present();
        const before = journal.facts.length;
        const reply: WishReply = await edge.submit(...wish);
        expect(reply).toMatchObject({ ok: false, code });
        expect(reply.ok ? "" : reply.message.length).toBeGreaterThan(10);
        const after = await submitted();
        await journal.next(after, "submitted");
        expect(journal.taskFacts().every((fact) => fact.taskId === after)).toBe(true);
        expect(journal.facts.length).toBeGreaterThan(before);
      });
    }

    it("a wish about a task that does not exist", async () => {
      expect(await edge.wish("no-such-task", { type: "cancel" })).toMatchObject({
        ok: false,
        code: "unknown-task",
      });
    });

    it("a report in another runner's name", async () => {
      const runner = await present();
      expect(await runner.hello({ runner: "other" })).toMatchObject({ ok: false, code: "invalid" });
    });

    it("a runner that has seen more than the journal holds", async () => {
      const runner = await aRunner(nats);
      ends.push(runner.close);
      expect(await runner.hello({ seen: 99_999 })).toMatchObject({ ok: false, code: "behind" });
    });
  });
});
