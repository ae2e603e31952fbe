import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TaskFact } from "#schema/envelope.ts";
import { aWorld, type World } from "../../../support/a-world.ts";
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
      const assigned = await world.journal.next(null, "assigned", i + 1);
      went.push(assigned.taskId);
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, { type: "completed", result: null });
    }
    expect(went).toEqual([2, 5, 1, 3, 0, 4].map((index) => ids[index]));
    const active: number[] = [0];
    for (const { type } of world.journal.taskFacts()) {
      active.push((active.at(-1) ?? 0) + (type === "assigned" ? 1 : type === "completed" ? -1 : 0));
    }
    expect(Math.max(...active)).toBe(1);
  });

  it("never has more active than the limit, however many slots there are", async () => {
    await world.restart({ LONGSHORE_CONCURRENCY: "3" });
    const runner = await world.runner({ slots: 50 });
    await Promise.all(Array.from({ length: 9 }, () => world.submit()));
    for (let i = 0; i < 9; i += 1) {
      const assigned = await until(
        "the next assignment",
        () => world.journal.taskFacts().filter((f) => f.type === "assigned")[i],
      );
      await runner.report(assigned, { type: "started" });
      await runner.report(assigned, { type: "completed", result: null });
    }
    let active = 0;
    let most = 0;
    for (const { type } of world.journal.taskFacts()) {
      active += type === "assigned" ? 1 : type === "completed" ? -1 : 0;
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
    expect((await world.journal.next(null, "assigned")).taskId).toBe(second);
    expect(types(first)).toEqual(["submitted"]);
  });

  it("submits and assigns in one commit when a slot is free", async () => {
    await world.runner();
    const id = await world.submit();
    const assigned = await world.journal.next(id, "assigned");
    const first = world.journal.of(id)[0] as TaskFact & { seq: number };
    expect(assigned.seq).toBe(first.seq + 1);
  });

  it("declares a silent runner lost within five seconds: what may be repeated queues again, the rest fails as unknown", async () => {
    const runner = await world.runner();
    const repeatable = await world.submit({ type: "sleep" });
    const once = await world.submit({ type: "once" });
    await world.journal.next(repeatable, "assigned");
    await runner.report(await world.journal.next(once, "assigned"), { type: "started" });
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
    await world.journal.next(id, "assigned");
    await world.runner({ boot: "boot-2" });
    await world.journal.next(id, "attempt-lost");
    expect((await world.journal.next(id, "assigned", 2)).attempt).toBe(2);
  });
});
