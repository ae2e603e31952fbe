import { describe, expect, it } from "vitest";
import type { ExecutorType } from "#schema/executor-type.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { aPlan, onPlans } from "../a-plan.ts";
import { reborn } from "../reborn.ts";
import { aBody, aWorldOfSchedules, HOUR } from "./a-schedule.ts";

const TIDY: ExecutorType = { ...SLEEP, type: "tidy", plans: true };

const aGuarded = (type: Partial<ExecutorType>, task: object = {}) => {
  const world = aWorldOfSchedules();
  const { authority, made, pass, tasks } = world;
  const tidy = { ...TIDY, ...type };
  authority.runners.join({
    runner: "local",
    boot: "boot-1",
    slots: 10,
    types: [SLEEP, tidy],
    host: "h",
    pid: 1,
    seen: 0,
  });
  const plans = onPlans(world);
  const id = made({ overlap: "queue", task: { type: "tidy", payload: {}, ...task } });
  /** Its next run plans this; the sentence that asks for a yes, or null. */
  const run = async (acts: number, more: Parameters<typeof aPlan>[2] = {}): Promise<string | null> => {
    pass(HOUR);
    const task = authority.tasks.get(tasks().at(-1)?.id ?? "") as LiveTask;
    await plans.planned(task, aPlan(acts, 1_000, more));
    const { plan } = snapshotOf(task).context;
    expect(plans.standing(task)).toBe(plan?.ask === undefined ? "queued" : "awaiting-approval");
    expect(plan?.expiresAt === undefined).toBe(plan?.ask === undefined);
    await plans.wish(task, { type: "cancel" });
    return plan?.ask ?? null;
  };
  return {
    ...plans,
    ...world,
    say: plans.wish,
    id,
    run,
    remembered: () => world.schedule(id)?.plans?.map(({ acts }) => acts),
  };
};

describe("a schedule's plans", () => {
  it("are compared with the median of its last five, of which it keeps no more", async () => {
    const { run, remembered } = aGuarded({}, { guard: { timesUsual: 3 } });
    expect(await run(200)).toBeNull();
    for (const acts of [10, 12, 9, 20, 11]) await run(acts);
    expect(remembered()).toEqual([10, 12, 9, 20, 11]);
    expect(await run(33)).toBeNull();
    expect(remembered()).toEqual([12, 9, 20, 11, 33]);
    expect(await run(37)).toBe(
      "It would act on 37 items, more than 3 times the usual 12 of its last 5 plans.",
    );
  });

  it("that were refused night after night never become the usual", async () => {
    const { run, remembered } = aGuarded({}, { guard: { timesUsual: 3 } });
    for (let night = 0; night < 5; night += 1) await run(10);
    for (let night = 0; night < 6; night += 1)
      expect(await run(500)).toBe(
        "It would act on 500 items, more than 3 times the usual 10 of its last 5 plans.",
      );
    expect(remembered()).toEqual([10, 10, 10, 10, 10]);
  });

  it("that exceed the guard are remembered with a yes, and the yes is told", async () => {
    const { run, remembered, authority, tasks, pass, planned, say, yesTo, recordFacts, id } = aGuarded(
      {},
      { guard: { timesUsual: 3 } },
    );
    await run(10);
    pass(HOUR);
    const task = authority.tasks.get(tasks().at(-1)?.id ?? "") as LiveTask;
    await planned(task, aPlan(50));
    expect(remembered()).toEqual([10]);
    expect(await say(task, yesTo(task))).toMatchObject({ ok: true });
    expect(remembered()).toEqual([10, 50]);
    const told = recordFacts(id).filter(({ type }) => type === "planned");
    expect(told.map(({ data }) => [data["acts"], data["yes"]])).toEqual([
      [10, undefined],
      [50, undefined],
      [50, true],
    ]);
  });

  it("are still compared after a restart", async () => {
    const { run, paper, time, id, remembered } = aGuarded({}, { guard: { timesUsual: 3 } });
    await run(10);
    const { authority } = reborn({ paper, time });
    expect(authority.records.schedule.get(id)?.plans?.map(({ acts }) => acts)).toEqual(remembered());
  });

  it("are compared with others, not with an earlier plan of the same run", async () => {
    const { run, remembered, authority, tasks, pass, planned, say, headOf } = aGuarded(
      {},
      { guard: { timesUsual: 2 } },
    );
    await run(10);
    pass(HOUR);
    const task = authority.tasks.get(tasks().at(-1)?.id ?? "") as LiveTask;
    for (let again = 0; again < 4; again += 1) {
      await planned(task, aPlan(50));
      expect(headOf(task)?.ask).toContain("the usual 10 of its last plan");
      await say(task, { type: "replan" });
    }
    expect(remembered()).toEqual([10]);
  });

  it("are held to the guard of their type when the schedule has none, and an empty guard lifts it", async () => {
    const guard = { above: 20, share: 0.5, timesUsual: 3 };
    const scheduled = aGuarded({ guard });
    expect(await scheduled.run(20)).toBeNull();
    expect(await scheduled.run(61)).toContain("more than 3 times the usual 20");
    expect(await scheduled.run(1_001)).toBe(
      "It would act on 1001 of 2001 items (50.1 %), more than the 50 % allowed.",
    );
    const lifted = aGuarded({ guard }, { guard: {} });
    expect(await lifted.run(1)).toBeNull();
    expect(await lifted.run(1_001)).toBeNull();
  });

  it("that only report are remembered, and ask for nothing", async () => {
    const { run, remembered } = aGuarded({}, { guard: { items: 5 } });
    expect(await run(7, { dryRun: true })).toBeNull();
    expect(remembered()).toEqual([7]);
    expect(await run(7)).toBe("It would act on 7 items, more than the 5 allowed.");
  });

  it("of another task than the schedule has now are no measure", async () => {
    const task = { type: "tidy", payload: {}, guard: { timesUsual: 3 } };
    const { run, wish, id, remembered } = aGuarded({}, task);
    await run(10);
    expect(wish({ type: "change", id, changes: { name: "Tidy more" } })).toMatchObject({ ok: true });
    expect(remembered()).toEqual([10]);
    expect(wish({ type: "change", id, changes: { task } })).toMatchObject({ ok: true });
    expect(remembered()).toBeUndefined();
    expect(await run(100)).toBeNull();
  });

  it("cannot be guarded where the type makes none", () => {
    const { wish } = aWorldOfSchedules();
    const schedule = aBody({ task: { type: "sleep", payload: {}, guard: { items: 1 } } });
    expect(wish({ type: "create", schedule })).toMatchObject({
      ok: false,
      code: "invalid",
      details: [{ path: "task/guard" }],
    });
  });
});
