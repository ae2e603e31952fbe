import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import { openQueue } from "#schema/queue.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { reborn } from "../reborn.ts";
import { aGround } from "./a-ground.ts";

const ON_HOSTS = { ...SLEEP, payload: { type: "object" }, lane: { by: "host", limit: 2 } };
const PRUNE = { ...ON_HOSTS, type: "prune" };
const PULL = { ...ON_HOSTS, type: "pull", lane: { by: "host", limit: 3 } };
const TYPES = [SLEEP, PRUNE, PULL];

const aHarbour = (slots = 20) => {
  const ground = aGround({ types: TYPES, concurrency: 40, slots });
  const { authority } = ground;
  const by = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;
  const on = async (type: string, host?: string): Promise<LiveTask> => {
    const payload = host === undefined ? {} : { host };
    const reply = await submit(authority, { id: "w", by, task: { type, payload } });
    if (!reply.ok) throw new Error(reply.message);
    return authority.tasks.get(reply.taskId) as LiveTask;
  };
  const many = (count: number, type: string, host?: string): Promise<LiveTask[]> =>
    Promise.all(Array.from({ length: count }, () => on(type, host)));
  return { ...ground, on, many };
};

describe("a lane", () => {
  it("keeps so many at work on one host and lets those of other hosts go by", async () => {
    const { many, on, place, isRunning, finish, why } = aHarbour();
    const nas = await many(4, "prune", "nas");
    const other = await on("prune", "attic");
    place();
    expect([...nas, other].map(isRunning)).toEqual([true, true, false, false, true]);
    expect(why(nas[2] as LiveTask)).toMatchObject({
      code: "lane-limit",
      sentence: "The host nas runs 2 of 2 maintenance tasks.",
    });
    finish(nas[0] as LiveTask);
    place();
    expect(nas.slice(1).map(isRunning)).toEqual([true, true, false]);
  });

  it("is shared by all types that have one, each with its own limit of it", async () => {
    const { many, on, place, isRunning } = aHarbour();
    const prunes = await many(2, "prune", "nas");
    place();
    const pull = await on("pull", "nas");
    const third = await on("prune", "nas");
    const fourth = await on("pull", "nas");
    const sleep = await on("sleep");
    place();
    expect([...prunes, pull, third, fourth, sleep].map(isRunning)).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
    ]);
  });

  it("of a task that names no host is that of the runner which takes it", async () => {
    const { many, on, join, place, isRunning, why } = aHarbour();
    join("second");
    const own = await many(5, "prune");
    place();
    const takenBy = (runner: string | null): number =>
      own.filter((task) => snapshotOf(task).context.runner === runner).length;
    expect([takenBy("local"), takenBy("second"), takenBy(null)]).toEqual([2, 2, 1]);
    expect(isRunning(own[4] as LiveTask)).toBe(false);
    expect(why(own[4] as LiveTask)?.sentence).toMatch(
      /^The host (local|second) runs 2 of 2 maintenance tasks\.$/,
    );
    // A runner's own engine is called like the runner: who names it stands in the same lane.
    const named = await on("prune", "local");
    place();
    expect(isRunning(named)).toBe(false);
  });

  it("is a name of at most 200 characters, and of what is no name it is the runner's", async () => {
    const { authority, place, on, limits, time } = aHarbour();
    const by = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;
    const named = (host: unknown) =>
      submit(authority, { id: "w", by, task: { type: "prune", payload: { host } } });
    expect(await named("x".repeat(201))).toMatchObject({
      code: "invalid",
      details: [{ path: "payload/host", message: "names a lane, with at most 200 characters" }],
    });
    const odd = ["船".repeat(200), "船".repeat(200), "船".repeat(200), "", {}, ["nas"], 7, null];
    for (const host of odd) expect(await named(host)).toMatchObject({ ok: true });
    await on("prune", "__proto__");
    for (let beat = 0; beat < 4; beat += 1) {
      place();
      time.now += 250;
    }
    expect(limits().toSorted()).toEqual(["lane:host:local reached", `lane:host:${"船".repeat(200)} reached`]);
  });

  it("says its reason once for all that wait, and that it is over", async () => {
    const { many, place, finish, limits, time } = aHarbour();
    const tasks = await many(5, "prune", "nas");
    const pass = (): void => {
      for (let beat = 0; beat < 4; beat += 1) {
        time.now += 250;
        place();
      }
    };
    place();
    pass();
    expect(limits()).toEqual(["lane:host:nas reached"]);
    for (const task of tasks.slice(0, 3)) {
      finish(task);
      pass();
    }
    expect(limits()).toEqual(["lane:host:nas reached", "lane:host:nas eased"]);
  });

  it("counts what is at work also after a restart", async () => {
    const harbour = aHarbour();
    const [first] = await harbour.many(3, "prune", "nas");
    harbour.place();
    const { authority, placement } = reborn(harbour);
    const running = (): number =>
      [...authority.tasks.all()].filter((task) => snapshotOf(task).hasTag("active")).length;
    placement.place(authority.tasks);
    expect(running()).toBe(2);
    const again = authority.tasks.get(first?.id ?? "") as LiveTask;
    expect(definitionOf(snapshotOf(again).context).lane).toEqual({ by: "host", value: "nas" });
    authority.tasks.record(
      again,
      { type: "completed", report: 9, result: null },
      { by: { kind: "runner", id: "local" } },
    );
    placement.place(authority.tasks);
    expect([running(), authority.tasks.live]).toEqual([2, 2]);
  });

  it("gives its place back while a task is paused, and is asked again when it goes on", async () => {
    const { many, place, tell, isRunning, state } = aHarbour();
    const [first, second, third] = (await many(3, "prune", "nas")) as [LiveTask, LiveTask, LiveTask];
    place();
    tell(first, { type: "started", report: 1 });
    tell(first, { type: "pause-requested" });
    tell(first, { type: "paused", report: 2, inPlace: true });
    place();
    expect([second, third].map(isRunning)).toEqual([true, true]);
    tell(first, { type: "resumed" });
    place();
    expect(state(first)).toBe("queued");
    tell(third, { type: "completed", report: 9, result: null });
    place();
    expect(isRunning(first)).toBe(true);
  });

  it("gives way to what is more important, where its queue lets it", async () => {
    const { many, place, submit, authority, state } = aHarbour();
    const settings = { preempts: true };
    const queue = { ...openQueue("default"), ...settings };
    authority.records.queue.record("default", { type: "configured", settings }, queue, { by: SCHEDULER });
    const running = await many(2, "prune", "nas");
    place();
    submit({ type: "prune", priority: "critical", lane: { by: "host", value: "attic" } });
    place();
    expect(running.map(state)).toEqual(["running.starting", "running.starting"]);
    submit({ type: "prune", priority: "critical", lane: { by: "host", value: "nas" } });
    place();
    expect(running.map(state).filter((each) => each === "pausing")).toHaveLength(1);
  });
});
