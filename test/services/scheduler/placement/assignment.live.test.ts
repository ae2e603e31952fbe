import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { aWorld, type World } from "../../../support/a-world.ts";
import { isGiven } from "../../../support/a-scheduler.ts";
import { until } from "../../../support/until.ts";

let world: World;
beforeEach(async () => void (world = await aWorld()));
afterEach(() => world.end());

const types = (taskId: string): string[] => world.journal.of(taskId).map((fact) => fact.type);

describe("the scheduler, for its runners,", () => {
  it("assigns by priority, first in first out within one, within the slots and the limit", async () => {
    const order = ["low", "normal", "critical", "normal", "background", "high"] as const;
    const ids: string[] = [];
    await world.runner({ slots: 0 });
    for (const priority of order) ids.push(await world.submit({ priority }));
    const runner = await world.runner({ slots: 1, boot: "boot-2" });
    const went: string[] = [];
    for (let i = 0; i < order.length; i += 1) {
      const assigned = await world.journal.given(null, i + 1);
      went.push(assigned.taskId);
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, { type: "completed", result: null });
    }
    expect(went).toEqual([2, 5, 1, 3, 0, 4].map((index) => ids[index]));
    const active: number[] = [0];
    for (const fact of world.journal.taskFacts()) {
      active.push((active.at(-1) ?? 0) + (isGiven(fact) ? 1 : fact.type === "completed" ? -1 : 0));
    }
    expect(Math.max(...active)).toBe(1);
  });

  it("never has more active than the limit, however many slots there are", async () => {
    await world.restart({ LONGSHORE_CONCURRENCY: "3" });
    const runner = await world.runner({ slots: 50 });
    await Promise.all(Array.from({ length: 9 }, () => world.submit()));
    for (let i = 0; i < 9; i += 1) {
      const assigned = await until("the next assignment", () => world.journal.taskFacts().filter(isGiven)[i]);
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, { type: "completed", result: null });
    }
    let active = 0;
    let most = 0;
    for (const fact of world.journal.taskFacts()) {
      active += isGiven(fact) ? 1 : fact.type === "completed" ? -1 : 0;
      most = Math.max(most, active);
    }
    expect(most).toBe(3);
  });

  it("lets a waiting task be moved up", async () => {
    await world.runner({ slots: 0 });
    const first = await world.submit();
    const second = await world.submit();
    expect(await world.edge.wish(second, { type: "reprioritise", priority: "high" })).toMatchObject({
      ok: true,
    });
    await world.runner({ slots: 1, boot: "boot-2" });
    expect((await world.journal.given(null)).taskId).toBe(second);
    expect(types(first)).toEqual(["submitted"]);
  });

  it("gives a task away with its first fact when a slot is free, and says so in its answer", async () => {
    const runner = await world.runner();
    expect(await world.edge.submit()).toMatchObject({ ok: true, state: "running.starting" });
    const given = await world.journal.given(null);
    expect(given).toMatchObject({ type: "submitted", n: 1, runner: "local", attempt: 1 });
    await runner.report(given, { type: "completed", result: null });
    await world.journal.next(given.taskId, "completed");
    expect(types(given.taskId)).toEqual(["submitted", "completed"]);
  });

  it("declares a silent runner lost within five seconds: what may be repeated queues again, the rest fails as unknown", async () => {
    const runner = await world.runner();
    const repeatable = await world.submit({ type: "sleep" });
    const once = await world.submit({ type: "once" });
    await world.journal.given(repeatable);
    await runner.report(await world.journal.given(once), { type: "started" });
    runner.stopLease();
    const silentSince = performance.now();
    const lost = await world.journal.next(once, "attempt-lost");
    expect(performance.now() - silentSince).toBeLessThan(5_000);
    expect(performance.now() - silentSince).toBeGreaterThan(3_900);
    expect(lost.to).toBe("failed");
    expect(lost.whole?.error?.code).toBe("outcome-unknown");
    expect((await world.journal.next(repeatable, "attempt-lost")).to).toBe("queued");
    expect(await runner.lease()).toMatchObject({ ok: false, code: "unknown-runner" });
  });

  it("counts a new boot of a runner as the loss of what the old one held", async () => {
    await world.runner();
    const id = await world.submit();
    await world.journal.given(id);
    await world.runner({ boot: "boot-2" });
    await world.journal.next(id, "attempt-lost");
    expect((await world.journal.given(id, 2)).attempt).toBe(2);
  });
});
