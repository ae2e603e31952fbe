import { describe, expect, it } from "vitest";
import type { Plan } from "#schema/items.ts";
import type { Hello } from "#schema/reports.ts";
import { hello } from "../../../../services/scheduler/runners/leases.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { aPlan, onPlans } from "../a-plan.ts";
import { aGround } from "./a-ground.ts";

const TIDY = { ...SLEEP, type: "tidy", site: "host", plans: true, payload: { type: "object" } };

/** Two runners that reach what they say, the first with its slots to spare. */
const aCoast = () => {
  const ground = aGround({ types: [TIDY] });
  const say = (greeting: Partial<Hello>) =>
    hello(ground.authority, {
      runner: "local",
      boot: "b",
      slots: 10,
      types: [TIDY],
      host: "h",
      pid: 1,
      seen: 0,
      ...greeting,
    });
  const tidy = async (payload: object, approval = false) => {
    const by = { actor: { kind: "user", id: "ada" }, capabilities: ["view", "operate"] } as const;
    const reply = await submit(ground.authority, { id: "w", by, task: { type: "tidy", payload, approval } });
    const task = reply.ok ? ground.authority.tasks.get(reply.taskId) : undefined;
    if (!task) throw new Error(JSON.stringify(reply));
    return task;
  };
  return { ...ground, say, tidy };
};

describe("work about a container host", () => {
  it("goes to a runner that reaches it, and says so while there is none", async () => {
    const { say, tidy, place, why } = aCoast();
    await say({ sites: ["local"] });
    const task = await tidy({ host: "nas" });
    place();
    expect(why(task)).toMatchObject({
      code: "no-runner-for-host",
      sentence: "No connected runner reaches the host nas.",
    });
    await say({ runner: "second", slots: 1, sites: ["second", "nas"] });
    place();
    expect(snapshotOf(task).context.runner).toBe("second");
  });

  it("that names none is the business of whoever planned it", async () => {
    const coast = aCoast();
    const { say, tidy, place } = coast;
    await say({ sites: ["local"], slots: 1 });
    const { planned, yesTo, wish } = onPlans(coast);
    const task = await tidy({}, true);
    const engine = { host: "local", id: "E", name: "e", version: "1", apiVersion: "1.41" };
    await planned(task, { ...aPlan(1), engine } satisfies Plan);
    // Without the plan's host it would be the one with more slots to spare.
    await say({ runner: "second", slots: 9, sites: ["second"] });
    await wish(task, yesTo(task));
    place();
    expect(snapshotOf(task).context.runner).toBe("local");
  });
});

describe("two runners of one name", () => {
  const HERE = { place: "local:a", host: "h", boot: "b1" };
  const THERE = { place: "local:b", host: "elsewhere", boot: "b2", pid: 7 };

  it("are not taken for one: the second is told who is at work, and the first loses nothing", async () => {
    const { say, tidy, place, isRunning, time } = aCoast();
    await say(HERE);
    const task = await tidy({});
    place();
    expect(await say(THERE)).toMatchObject({
      ok: false,
      code: "name-taken",
      message:
        "A runner local is at work already, as process 1 on h; give one of the two another LONGSHORE_RUNNER_ID.",
    });
    expect(isRunning(task)).toBe(true);
    time.now += 5_000;
    expect(await say(THERE)).toMatchObject({ ok: true });
  });

  it("are one when they are at the same place: the second is the first, started again", async () => {
    const { say } = aCoast();
    await say(HERE);
    expect(await say({ ...HERE, boot: "b2", pid: 2 })).toMatchObject({ ok: true });
  });
});
