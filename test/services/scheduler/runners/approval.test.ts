import { describe, expect, it } from "vitest";
import { isInSet, type Plan } from "#schema/items.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import type { LiveTask } from "../../../../services/scheduler/tasks.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { aPlan, onPlans } from "../a-plan.ts";
import { aGround } from "../placement/a-ground.ts";
import { reborn } from "../reborn.ts";

const HOUR = 3_600_000;
const ENGINE = { host: "local", id: "ENGINE", name: "e", version: "20.10", apiVersion: "1.41" };

const aWaiting = async (plan: Plan = aPlan(3), definition: Partial<TaskDefinition> = {}) => {
  const ground = aGround();
  const plans = onPlans(ground);
  const task = ground.submit({ approval: true, itemLock: "container", ...definition });
  await plans.planned(task, plan);
  return { ...ground, ...plans, task };
};

const contextOf = ({ authority, task }: Awaited<ReturnType<typeof aWaiting>>) =>
  snapshotOf(authority.tasks.get(task.id) as LiveTask).context;

describe("a yes", () => {
  it("to a plan of an earlier life is no yes to the plan of the next", async () => {
    const { task, yesTo, wish, planned, standing, authority } = await aWaiting(aPlan(1));
    const seen = yesTo(task);
    await wish(task, { type: "cancel" });
    await wish(task, { type: "retry", items: "all" });
    const revived = authority.tasks.get(task.id) as LiveTask;
    await planned(revived, aPlan(2));
    expect(await wish(revived, seen)).toMatchObject({ ok: false, code: "refused" });
    expect(standing(task)).toBe("awaiting-approval");
    expect(await wish(revived, yesTo(revived))).toMatchObject({ ok: true, state: "queued" });
  });

  it.each([
    [{ plan: 7 }, "Plan 7 is not the plan that waits for approval (plan 1)."],
    [{ hash: "0".repeat(64) }, "The hash is not that of plan 1: another plan was looked at."],
    [{ except: [0, 3] }, '"except" names item 3, but plan 1 has 3 items, numbered from 0.'],
    [{ volumes: [12] }, '"volumes" names item 12, but plan 1 has 3 items, numbered from 0.'],
  ])("that does not fit is refused in words, and the plan goes on waiting: %j", async (changes, message) => {
    const { task, yesTo, wish, standing, factsOf } = await aWaiting();
    expect(await wish(task, yesTo(task, changes))).toMatchObject({ ok: false, code: "refused", message });
    expect([standing(task), factsOf(task.id).at(-1)?.type]).toEqual(["awaiting-approval", "planned"]);
  });

  it("without the plan's hash is refused: it would mean whatever is there by now", async () => {
    const { task, wish } = await aWaiting();
    expect(await wish(task, { type: "approve", plan: 1 })).toMatchObject({
      code: "refused",
      message: "A yes to plan 1 must name its hash, so that it means the very plan that was looked at.",
    });
  });

  it("that comes more than an hour after the plan is refused by the scheduler's clock", async () => {
    const early = await aWaiting();
    const late = await aWaiting();
    const expiresAt = new Date(late.time.now + HOUR).toISOString();
    expect(late.headOf(late.task)?.expiresAt).toBe(expiresAt);
    early.time.now += HOUR - 1;
    late.time.now += HOUR;
    expect(await early.wish(early.task, early.yesTo(early.task))).toMatchObject({ ok: true });
    expect(await late.wish(late.task, late.yesTo(late.task))).toMatchObject({
      code: "refused",
      message: `The plan expired at ${expiresAt}; make a new one.`,
      state: "awaiting-approval",
    });
  });

  it("is asked for where all there is needs one of its own, which counts against no guard", async () => {
    const { items } = aPlan(3);
    const asking = { engine: ENGINE, items: items.map((item) => ({ ...item, ask: "It holds data." })) };
    const { task, standing, headOf } = await aWaiting(asking, { guard: { items: 0 } });
    expect(standing(task)).toBe("awaiting-approval");
    expect(headOf(task)).toMatchObject({ acts: 0, asks: 3, bytes: 0 });
    expect(headOf(task)?.ask).toBeUndefined();
  });

  it("cannot be asked for where the type makes no plan: the work would begin without one", async () => {
    const { authority } = aGround({ types: [SLEEP, { ...SLEEP, type: "tidy", plans: true }] });
    const by = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;
    const asked = (type: string, approval: boolean) =>
      submit(authority, { id: "w", by, task: { type, payload: {}, approval } });
    expect(await asked("sleep", true)).toMatchObject({
      code: "invalid",
      details: [{ path: "approval", message: "a task of this type makes no plan that could be said yes to" }],
    });
    expect(await asked("sleep", false)).toMatchObject({ ok: true });
    expect(await asked("tidy", true)).toMatchObject({ ok: true });
  });

  it("is not asked for where nothing is acted on: a report, an engine with nothing to do", async () => {
    const report = await aWaiting(aPlan(3, 0, { dryRun: true }));
    const idle = await aWaiting(aPlan(0, 3, { engine: ENGINE }));
    expect([report.standing(report.task), idle.standing(idle.task)]).toEqual(["queued", "queued"]);
    expect(report.headOf(report.task)?.expiresAt).toBeUndefined();
    const unknown = await aWaiting(aPlan(0));
    expect(unknown.standing(unknown.task)).toBe("awaiting-approval");
  });
});

describe("a scheduler that comes after", () => {
  const after = async (plan?: Plan) => {
    const before = await aWaiting(plan);
    before.paper.store();
    const seen = before.yesTo(before.task, { except: [0] });
    const world = reborn(before);
    const task = world.authority.tasks.get(before.task.id) as LiveTask;
    return { ...world, ...onPlans(world), task, seen };
  };

  it("takes the yes to the plan its predecessor was told, once and in time, and holds its locks", async () => {
    const { task, seen, wish, standing, authority, placement } = await after(aPlan(2));
    expect(await wish(task, { ...seen, hash: "0".repeat(64) })).toMatchObject({ code: "refused" });
    expect(await wish(task, seen)).toMatchObject({ ok: true });
    expect(await wish(task, seen)).toMatchObject({ code: "refused", state: "queued" });
    expect(placement.locks.of(task)).toEqual(["container:item-1"]);
    placement.place(authority.tasks);
    expect(standing(task)).toBe("running.starting");
    const assigned = snapshotOf(authority.tasks.get(task.id) as LiveTask).context;
    expect([assigned.attempt, isInSet(assigned.approval?.except ?? "", 0)]).toEqual([2, true]);
  });

  it("refuses one that comes too late, and plans anew", async () => {
    const { task, seen, wish, standing, time } = await after();
    time.now += HOUR;
    expect(await wish(task, seen)).toMatchObject({ code: "refused", state: "awaiting-approval" });
    expect(await wish(task, { type: "replan", plan: 1 })).toMatchObject({ ok: true });
    expect(standing(task)).toBe("queued");
  });
});

describe("a new plan", () => {
  it("is made on a wish: number, hash, hour, marks and counts are its own", async () => {
    const waiting = await aWaiting();
    const { task, time, wish, planned, headOf, yesTo, standing } = waiting;
    const old = yesTo(task);
    time.now += 2 * HOUR;
    expect(await wish(task, { type: "replan", plan: 1 })).toMatchObject({ ok: true, state: "queued" });
    expect(contextOf(waiting)).toMatchObject({
      plan: null,
      approval: null,
      marks: "",
      counts: { planned: 0 },
    });
    await planned(task, aPlan(5));
    expect(headOf(task)).toMatchObject({ number: 2, expiresAt: new Date(time.now + HOUR).toISOString() });
    expect(contextOf(waiting)).toMatchObject({ counts: { planned: 5 } });
    expect(await wish(task, old)).toMatchObject({ code: "refused" });
    expect(await wish(task, yesTo(task))).toMatchObject({ ok: true });
    expect(standing(task)).toBe("queued");
  });

  it("is made once where two ask for it, whenever the second does", async () => {
    const { task, wish, planned, standing, factsOf } = await aWaiting();
    const twice = { type: "replan", plan: 1 } as const;
    expect(await wish(task, twice)).toMatchObject({ ok: true });
    expect(await wish(task, twice)).toMatchObject({ ok: true, state: "queued" });
    await planned(task, aPlan(2));
    expect(await wish(task, twice)).toMatchObject({ ok: true, state: "awaiting-approval" });
    expect(standing(task)).toBe("awaiting-approval");
    expect(factsOf(task.id).filter(({ type }) => type === "plan-discarded")).toHaveLength(1);
  });

  it("is not made of one that is approved already", async () => {
    const { task, wish, yesTo } = await aWaiting();
    await wish(task, yesTo(task));
    expect(await wish(task, { type: "replan", plan: 1 })).toMatchObject({ code: "refused", state: "queued" });
  });
});

describe("a retry", () => {
  const failedWith = async (approved: boolean) => {
    const waiting = await aWaiting();
    const { task, wish, yesTo, place, tell, paper } = waiting;
    if (approved) {
      await wish(task, yesTo(task, { except: [1] }));
      place();
      tell(task, {
        type: "attempt-failed",
        report: 1,
        error: { code: "e", message: "m" },
        retryable: false,
        dueAt: "",
      });
      // Only what is stored can be read back.
      paper.store();
    } else await wish(task, { type: "cancel" });
    return waiting;
  };

  it("of what failed keeps the plan and the yes; one of everything drops both", async () => {
    const again = await failedWith(true);
    expect(again.authority.tasks.settled(again.task.id)).toBeDefined();
    await again.wish(again.task, { type: "retry", items: "failed" });
    expect(contextOf(again)).toMatchObject({ plan: { number: 1 }, approval: { except: "E" } });
    const anew = await failedWith(true);
    await anew.wish(anew.task, { type: "retry", items: "all" });
    expect(contextOf(anew)).toMatchObject({ plan: null, approval: null });
  });

  it("never goes on with a plan that nobody said yes to", async () => {
    const cancelled = await failedWith(false);
    await cancelled.wish(cancelled.task, { type: "retry", items: "failed" });
    expect(contextOf(cancelled)).toMatchObject({ plan: null });
  });
});

describe("a retry of a plan from a journal older than hashes, which does not say who said yes", () => {
  const ofOld = async () => {
    const ground = aGround();
    const plans = onPlans(ground);
    const task = ground.submit({ approval: true, itemLock: "container" });
    ground.place();
    ground.tell(task, {
      type: "planned",
      report: 1,
      plan: { number: 1, count: 3, plan: { value: aPlan(3) } },
    });
    return { ...ground, ...plans, task };
  };
  const planAfterRetry = async (old: Awaited<ReturnType<typeof ofOld>>) => {
    await old.wish(old.task, { type: "cancel" });
    expect(await old.wish(old.task, { type: "retry", items: "failed" })).toMatchObject({ ok: true });
    return contextOf(old).plan?.number ?? null;
  };

  it("begins anew where nothing of it was begun", async () => {
    expect(await planAfterRetry(await ofOld())).toBeNull();
  });

  it("goes on where something was done: that takes a yes", async () => {
    const old = await ofOld();
    await old.wish(old.task, { type: "approve", plan: 1 });
    old.place();
    old.tell(old.task, { type: "items-recorded", report: 1, items: [{ index: 0, outcome: "done" }] });
    old.tell(old.task, { type: "handed-over", report: 2 });
    expect(await planAfterRetry(old)).toBe(1);
  });
});

describe("the locks of an approved plan", () => {
  const plan: Plan = {
    items: [
      { id: "kept", name: "kept" },
      { id: "gone", name: "gone" },
      { id: "skipped", name: "skipped", skip: "It runs." },
      { id: "named", name: "named", ask: "It holds data." },
      { id: "unnamed", name: "unnamed", ask: "It holds data." },
    ],
  };
  const LARGE = { ref: "plan", sha256: "", size: 100_000 };

  it.each([
    ["small", false],
    ["too large for its fact", true],
  ])("are those of items that the yes has left (%s)", async (_, large) => {
    const ground = aGround();
    const { authority, submit, place, why, isRunning } = ground;
    if (large) Object.assign(authority.objects, { keep: async () => LARGE, load: async () => plan });
    const { planned, wish, yesTo } = onPlans(ground);
    const task = submit({ approval: true, itemLock: "container" });
    await planned(task, plan);
    await wish(task, yesTo(task, { except: [0], volumes: [3] }));
    place();
    expect(isRunning(task)).toBe(true);
    const held = ["kept", "gone", "skipped", "named", "unnamed"].filter((id) => {
      const other = submit({ locks: [`container:${id}`] });
      place();
      return why(other)?.code === "lock";
    });
    expect(held).toEqual(["gone", "named"]);
  });
});
