import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventOf, type TaskFact } from "#schema/envelope.ts";
import { assignedBy } from "#schema/task.work.ts";
import { SLEEP } from "../../support/a-scheduler.ts";
import { aWorld, type World } from "../../support/a-world.ts";
import { until } from "../../support/until.ts";

let world: World;
beforeEach(async () => void (world = await aWorld()));
afterEach(() => world.end());

const types = (taskId: string): string[] => world.journal.of(taskId).map((fact) => fact.type);

describe("a task on its way through the scheduler", () => {
  it("takes a task from submission to completion, every step a fact", async () => {
    await world.runner({ slots: 0 });
    const id = await world.submit({ payload: { ms: 1 } });
    const runner = await world.runner({ boot: "boot-2" });
    const assigned = await world.journal.given(id);
    expect(assigned.data["work"]).toMatchObject({ type: "sleep", payload: { value: { ms: 1 } } });
    expect(await runner.report(assigned, { type: "started" })).toMatchObject({ ok: true });
    expect(await runner.report(assigned, { type: "completed", result: { slept: 1 } })).toMatchObject({
      ok: true,
    });
    await world.journal.next(id, "completed");
    expect(types(id)).toEqual(["submitted", "assigned", "started", "completed"]);
    expect(world.journal.of(id).map(({ n, from, to }) => `${n} ${from} ${to}`)).toEqual([
      "1 unborn queued",
      "2 queued running.starting",
      "3 running.starting running.working",
      "4 running.working completed",
    ]);
    expect(world.journal.of(id).at(-1)?.whole).toMatchObject({
      outcome: "full",
      result: { value: { slept: 1 } },
    });
  });

  it("tries a failed attempt again after its delay, and gives up when attempts are used up", async () => {
    const runner = await world.runner();
    const id = await world.submit();
    for (const attempt of [1, 2]) {
      const assigned = await world.journal.given(id, attempt);
      expect(assigned.attempt).toBe(attempt);
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, {
        type: "attempt-failed",
        error: { code: "boom", message: "It broke." },
        retryable: true,
      });
    }
    await until("the end", () => world.journal.of(id).at(-1)?.to === "failed");
    expect(types(id)).toEqual([
      "submitted",
      "started",
      "attempt-failed",
      "retry-due",
      "assigned",
      "started",
      "attempt-failed",
    ]);
    const [failed, due] = [world.journal.of(id)[2], world.journal.of(id)[3]] as [TaskFact, TaskFact];
    expect(Date.parse(due.at)).toBeGreaterThanOrEqual(Date.parse(String(failed.data["dueAt"])));
  });

  it("does not try again what cannot be helped by it", async () => {
    const runner = await world.runner();
    const assigned = await world.journal.given(await world.submit());
    await runner.report(assigned, { type: "started" });
    await runner.report(assigned, {
      type: "attempt-failed",
      error: { code: "x", message: "y" },
      retryable: false,
    });
    expect((await world.journal.next(assigned.taskId, "attempt-failed")).to).toBe("failed");
  });

  it("withdraws a waiting task, and asks the runner to stop an active one", async () => {
    const runner = await world.runner({ slots: 1 });
    const active = await world.submit();
    const waiting = await world.submit();
    const assigned = await world.journal.given(active);
    await runner.report(assigned, { type: "started" });
    expect(await world.edge.wish(waiting, { type: "cancel", reason: "not needed" })).toMatchObject({
      ok: true,
      state: "cancelled",
    });
    expect(await world.edge.wish(active, { type: "cancel" })).toMatchObject({
      ok: true,
      state: "cancelling",
    });
    expect(await world.edge.wish(active, { type: "cancel" })).toMatchObject({
      ok: false,
      code: "refused",
      state: "cancelling",
    });
    const asked = await world.journal.next(active, "cancel-requested");
    expect(asked.runner).toBe("local");
    expect(await runner.report(assigned, { type: "cancelled" })).toMatchObject({ ok: true });
    expect((await world.journal.next(waiting, "withdrawn")).reason).toBe("not needed");
    expect((await world.journal.next(active, "cancelled")).to).toBe("cancelled");
  });

  it("ends a cancel that crosses the start, the plan or a refusal of the work", async () => {
    for (const body of [
      { type: "planned", plan: { items: [] } },
      { type: "unclaimed", message: "busy" },
    ] as const) {
      const runner = await world.runner({ boot: `boot-${body.type}` });
      const assigned = await world.journal.given(await world.submit());
      await world.edge.wish(assigned.taskId, { type: "cancel" });
      expect(await runner.report(assigned, body)).toMatchObject({ ok: true });
      expect((await world.journal.next(assigned.taskId, "cancelled")).to).toBe("cancelled");
      runner.stopLease();
      await runner.goodbye();
    }
  });

  it("takes a repeated report once, and refuses one with a stale token", async () => {
    const runner = await world.runner();
    const assigned = await world.journal.given(await world.submit());
    await runner.report(assigned, { type: "started" }, 1);
    expect(await runner.report(assigned, { type: "started" }, 1)).toMatchObject({ ok: true });
    expect(
      await runner.report({ ...assigned, token: "other" }, { type: "completed", result: null }),
    ).toMatchObject({ ok: false, code: "stale" });
    await runner.report(assigned, { type: "completed", result: null }, 2);
    await world.journal.next(assigned.taskId, "completed");
    expect(await runner.report(assigned, { type: "completed", result: null }, 2)).toMatchObject({
      ok: false,
      code: "stale",
    });
    expect(types(assigned.taskId)).toEqual(["submitted", "started", "completed"]);
  });

  it("plans first, hands the plan and what is already done to the next assignment, and retries only the rest", async () => {
    const runner = await world.runner();
    const id = await world.submit();
    const items = [0, 1, 2].map((index) => ({ id: `c${index}`, name: `c${index}` }));
    const planning = await world.journal.given(id);
    await runner.report(planning, { type: "started" });
    await runner.report(planning, { type: "planned", plan: { items } });
    const working = await world.journal.given(id, 2);
    expect(working.data["work"]).toMatchObject({ plan: { value: { items } }, marks: "A" });
    await runner.report(working, { type: "started" });
    const results = [
      { index: 0, outcome: "done" },
      { index: 1, outcome: "failed", code: "x" },
    ] as const;
    await runner.report(working, { type: "items-recorded", items: results });
    await runner.report(working, { type: "completed", result: null });
    expect((await world.journal.next(id, "completed")).whole).toMatchObject({
      outcome: "partial",
      counts: { planned: 3, done: 1, failed: 1 },
    });
    expect(await world.edge.wish(id, { type: "retry", items: "failed" })).toMatchObject({ ok: true });
    const again = await world.journal.given(id, 3);
    expect(again.data["work"]).toMatchObject({ plan: { value: { items } }, counts: { done: 1, failed: 0 } });
    expect(await world.edge.wish(id, { type: "retry", items: "failed" })).toMatchObject({
      ok: false,
      code: "refused",
    });
  });

  it("holds a plan for approval when asked to", async () => {
    const runner = await world.runner({ types: [{ ...SLEEP, plans: true }] });
    const id = await world.submit({ approval: true });
    const planning = await world.journal.given(id);
    await runner.report(planning, { type: "started" });
    await runner.report(planning, { type: "planned", plan: { items: [{ id: "c", name: "c" }] } });
    const { to, data } = await world.journal.next(id, "planned");
    expect(to).toBe("awaiting-approval");
    const { hash } = data["plan"] as { hash: string };
    expect(await world.edge.wish(id, { type: "approve", plan: 2, hash })).toMatchObject({ code: "refused" });
    expect(await world.edge.wish(id, { type: "approve", plan: 1 })).toMatchObject({ code: "refused" });
    expect(await world.edge.wish(id, { type: "approve", plan: 1, hash })).toMatchObject({ ok: true });
    await world.journal.given(id, 2);
  });

  it("releases a delayed task when it is due, not before", async () => {
    await world.runner();
    const runAt = new Date(Date.now() + 700).toISOString();
    const id = await world.submit({ runAt });
    expect(world.journal.of(id)[0]?.to ?? "pending").toBe("pending");
    const released = await world.journal.next(id, "released");
    expect(Date.parse(released.at)).toBeGreaterThanOrEqual(Date.parse(runAt));
    await world.journal.given(id);
  });

  it("fails a waiting task whose time has run out, and gives an attempt its deadline", async () => {
    await world.runner({ slots: 0 });
    const id = await world.submit({ timeout: { totalMs: 1_000 } });
    expect((await world.journal.next(id, "expired")).to).toBe("failed");
    await world.runner({ boot: "boot-2" });
    const limited = await world.submit({ timeout: { attemptMs: 5_000, totalMs: 60_000 } });
    const given = await world.journal.given(limited);
    const deadlineAt = assignedBy(eventOf(given))?.deadlineAt ?? "";
    expect(Date.parse(deadlineAt) - Date.parse(given.at)).toBeLessThanOrEqual(5_000);
  });

  it("pauses in place and resumes on the runner that holds it", async () => {
    const runner = await world.runner();
    const assigned = await world.journal.given(await world.submit());
    const id = assigned.taskId;
    await runner.report(assigned, { type: "started" });
    expect(await world.edge.wish(id, { type: "pause" })).toMatchObject({ ok: true, state: "pausing" });
    await runner.report(assigned, { type: "paused", inPlace: true });
    await world.journal.next(id, "paused");
    expect(await world.edge.wish(id, { type: "resume" })).toMatchObject({ ok: true });
    const again = await world.journal.given(id, 2);
    expect(again.runner).toBe("local");
    expect(again.token).not.toBe(assigned.token);
  });
});
