import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunnerFact } from "#schema/envelope.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { aWorld, type World } from "../../support/a-world.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { isGiven } from "../../support/a-scheduler.ts";
import { until } from "../../support/until.ts";
import { type RunnerProcess, startRunnerProcess } from "./program.ts";

/** Counts up to a number with a checkpoint each, and says from where it began. */
const COUNTER = `
  import { defineExecutor, Type } from "longshore/executor";
  export const executor = defineExecutor({
    type: "counter", title: "Counter", pause: "checkpoint", repeatable: true, isolation: "thread",
    payload: Type.Object({ to: Type.Integer() }),
    run: async ({ payload, checkpoint, keep, pausing, cancelled }) => {
      const from = checkpoint ?? 0;
      for (let at = from; at < payload.to; ) {
        if (cancelled.aborted) return { type: "cancelled" };
        if (pausing.aborted) return { type: "paused" };
        await new Promise((resolve) => setTimeout(resolve, 20));
        await keep((at += 1));
      }
      return { type: "completed", result: { from } };
    },
  });`;
const MOST = 3;

let world: World;
let north: RunnerProcess;
let south: RunnerProcess;

/** The north has a slot more than the south, so it gets what may go anywhere first, and both get some of three. */
const SLOTS = { north: "3", south: "2" };

/** `data` of an earlier one makes it its successor. */
const start = (id: keyof typeof SLOTS, data = temporaryFolder(id)): Promise<RunnerProcess> => {
  mkdirSync(join(data, "executors"), { recursive: true });
  writeFileSync(join(data, "executors", "counter.executor.js"), COUNTER);
  const own = { LONGSHORE_RUNNER_ID: id, LONGSHORE_LABELS: `coast=${id}`, LONGSHORE_SLOTS: SLOTS[id] };
  return startRunnerProcess(world.nats, own, data);
};
/** The boots under which it has told of its own type. */
const boots = (runner: string): ReadonlySet<unknown> =>
  new Set(
    world.journal.facts.flatMap(({ fact }) => {
      if (!isRunnerFact(fact) || fact.type !== "joined" || fact.runner !== runner) return [];
      const { boot, types } = fact.data as { boot: string; types: { type: string }[] };
      return types.some(({ type }) => type === "counter") ? [boot] : [];
    }),
  );
const joined = (runner: string): Promise<unknown> =>
  until(`${runner} has joined`, () => boots(runner).size > 0, 60_000);

const counting = (to: number, task: Partial<SubmitBody> = {}) =>
  world.submit({ type: "counter", payload: { to }, ...task });
const on = (coast: string): Partial<SubmitBody> => ({ requires: { labels: { coast } } });
const runnerOf = async (id: string): Promise<string | null> => (await world.journal.given(id)).runner;
const resultOf = async (id: string) => {
  const { whole } = await until(
    `the end of ${id}`,
    () => world.journal.of(id).find(({ type }) => type === "completed"),
    60_000,
  );
  return whole?.result && "value" in whole.result ? whole.result.value : undefined;
};
/** The most that were active at any moment of the journal. */
const mostAtOnce = (): number => {
  const active = new Set<string>();
  return Math.max(
    0,
    ...world.journal.taskFacts().map(({ taskId, to }) => {
      if (/^(running|pausing|cancelling|stuck)/.test(to)) active.add(taskId);
      else active.delete(taskId);
      return active.size;
    }),
  );
};

beforeAll(async () => {
  world = await aWorld({ LONGSHORE_CONCURRENCY: String(MOST) }, { runnerId: "*" });
  [north, south] = await Promise.all([start("north"), start("south")]);
  await Promise.all([joined("north"), joined("south")]);
}, 90_000);
afterAll(async () => {
  await Promise.all([north?.stop(), south?.stop()]);
  await world?.end();
});

describe("two runners side by side", () => {
  it("share the work under one limit, each what it has the labels for", async () => {
    const [ofNorth, ofSouth] = await Promise.all(["north", "south"].map((coast) => counting(5, on(coast))));
    const anywhere = await Promise.all(Array.from({ length: 8 }, () => counting(25)));
    for (const id of [ofNorth, ofSouth, ...anywhere]) expect(await resultOf(String(id))).toEqual({ from: 0 });
    expect([await runnerOf(String(ofNorth)), await runnerOf(String(ofSouth))]).toEqual(["north", "south"]);
    expect(new Set(await Promise.all(anywhere.map(runnerOf)))).toEqual(new Set(["north", "south"]));
    expect(mostAtOnce()).toBe(MOST);
  }, 120_000);

  it("take over from one that was killed what may be repeated, from its checkpoint, and nothing else", async () => {
    const elsewhere = await counting(400, on("south"));
    const once = await world.submit({
      type: "command",
      payload: { command: ["sleep", "300"] },
      ...on("north"),
    });
    const moves = await counting(150);
    const waits = await counting(1, on("north"));
    await world.journal.next(once, "started");
    await until("a few checkpoints", () => world.journal.of(moves).length > 6, 30_000);
    expect(await runnerOf(moves)).toBe("north");
    await north.kill9();
    expect(await world.journal.next(once, "attempt-lost")).toMatchObject({ to: "failed", runner: "north" });
    expect(((await resultOf(moves)) as { from: number }).from).toBeGreaterThan(0);
    const assigned = world.journal.of(moves).filter(isGiven);
    expect(assigned.map(({ runner }) => runner)).toEqual(["north", "south"]);
    expect(world.journal.of(waits).some(isGiven)).toBe(false);
    north = await start("north", north.data);
    await resultOf(waits);
    await resultOf(elsewhere);
    expect(world.journal.of(elsewhere).map(({ type }) => type)).not.toContain("attempt-lost");
    expect(mostAtOnce()).toBe(MOST);
  }, 180_000);

  it("of one name are told so, and the second takes the place of the first when that is gone", async () => {
    const id = await counting(2_000, on("south"));
    await until("a few checkpoints", () => world.journal.of(id).length > 6, 30_000);
    const second = await start("south");
    try {
      await until("it says so", () => second.log().includes("A runner south is at work already"), 30_000);
      expect(boots("south").size).toBe(1);
      expect(world.journal.of(id).map(({ type }) => type)).not.toContain("attempt-lost");
      await south.kill9();
      const assigned = () => world.journal.of(id).filter(isGiven);
      await until("it goes on", () => assigned().length === 2, 60_000);
      expect(assigned()[1]?.data["work"]).toMatchObject({ checkpoint: expect.anything() as object });
      await world.edge.wish(id, { type: "cancel" });
      await world.journal.next(id, "cancelled");
    } finally {
      await second.stop();
    }
  }, 180_000);
});
