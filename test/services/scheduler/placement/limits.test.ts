import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { openQueue, type QueueSettings } from "#schema/queue.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { aGround } from "./a-ground.ts";

const configured = (ground: ReturnType<typeof aGround>, id: string, settings: QueueSettings): void => {
  const { queue } = ground.authority.records;
  queue.record(id, { type: "configured", settings }, { ...openQueue(id), ...settings }, { by: SCHEDULER });
};
const running = ({ authority }: ReturnType<typeof aGround>): LiveTask[] =>
  [...authority.tasks.all()].filter((task) => snapshotOf(task).hasTag("active"));

describe("limits", () => {
  it("hold all at once, and every free place is used", () => {
    const LIMITED = { ...SLEEP, type: "limited", concurrency: 2 };
    const LANED = { ...SLEEP, type: "laned", lane: { by: "host", limit: 2 } };
    const task = fc.record({
      queue: fc.constantFrom("a", "b"),
      type: fc.constantFrom("sleep", "limited", "laned"),
      host: fc.constantFrom("local", "nas", undefined),
      key: fc.constantFrom(null, "x", "y"),
    });
    const scenario = fc.record({
      tasks: fc.array(task, { minLength: 1, maxLength: 40 }),
      global: fc.integer({ min: 1, max: 8 }),
      slots: fc.integer({ min: 1, max: 8 }),
      ofA: fc.integer({ min: 1, max: 4 }),
      keyed: fc.integer({ min: 1, max: 3 }),
      ends: fc.array(fc.nat(), { maxLength: 60 }),
    });
    fc.assert(
      fc.property(scenario, ({ tasks, global, slots, ofA, keyed, ends }) => {
        const ground = aGround({ concurrency: global, slots, types: [SLEEP, LIMITED, LANED] });
        configured(ground, "a", { concurrency: ofA });
        for (const { queue, type, key, host } of tasks)
          ground.submit({
            queue,
            type,
            ...(key === null ? {} : { concurrency: { key, limit: keyed } }),
            ...(type === "laned"
              ? { lane: { by: "host", ...(host === undefined ? {} : { value: host }) } }
              : {}),
          });
        const fits = (active: LiveTask[]): boolean => {
          const definitions = active.map((one) => definitionOf(snapshotOf(one).context));
          const among = (test: (definition: (typeof definitions)[number]) => boolean | undefined): number =>
            definitions.filter(test).length;
          return (
            active.length <= Math.min(global, slots) &&
            among(({ queue }) => queue === "a") <= ofA &&
            among(({ type }) => type === "limited") <= 2 &&
            // The only runner is called local: who names no host means that one.
            ["local", "nas"].every(
              (name) => among(({ lane }) => lane && (lane.value ?? "local") === name) <= 2,
            ) &&
            ["x", "y"].every((key) => among(({ concurrency }) => concurrency?.key === key) <= keyed)
          );
        };
        const check = (): void => {
          ground.place();
          const active = running(ground);
          expect(fits(active)).toBe(true);
          for (const waiting of ground.authority.tasks.all())
            if (snapshotOf(waiting).matches("queued")) expect(fits([...active, waiting])).toBe(false);
        };
        check();
        for (const end of ends) {
          const active = running(ground);
          const ended = active[end % Math.max(1, active.length)];
          if (ended) ground.finish(ended);
          check();
        }
      }),
      { numRuns: 150 },
    );
  });

  it("pause and resume a queue; a paused one lets what runs go on", () => {
    const ground = aGround();
    const { authority, submit, place, isRunning, why } = ground;
    const [first, other] = [submit({ queue: "q" }), submit({ queue: "other" })];
    place();
    authority.records.queue.record(
      "q",
      { type: "queue-paused" },
      { ...openQueue("q"), state: "paused" },
      { by: SCHEDULER },
    );
    const second = submit({ queue: "q" });
    place();
    expect([first, other, second].map(isRunning)).toEqual([true, true, false]);
    expect(why(second)).toMatchObject({ code: "queue-paused", sentence: "The queue q is paused." });
    authority.records.queue.record("q", { type: "queue-resumed" }, openQueue("q"), { by: SCHEDULER });
    place();
    expect(isRunning(second)).toBe(true);
  });

  it("start no more per while than a queue's rate and a key's rate allow", () => {
    const ground = aGround({ concurrency: 100, slots: 100 });
    configured(ground, "q", { rate: { limit: 3, perMs: 1_000 } });
    for (let count = 0; count < 10; count += 1) ground.submit({ queue: "q" });
    for (let count = 0; count < 10; count += 1)
      ground.submit({ queue: "free", rate: { key: "k", limit: 2, perMs: 500 } });
    const startedOf = (queue: string): number =>
      running(ground).filter((task) => definitionOf(snapshotOf(task).context).queue === queue).length;
    const seen: number[][] = [];
    for (let at = 0; at <= 1_000; at += 250) {
      const wait = ground.place();
      seen.push([startedOf("q"), startedOf("free")]);
      expect(wait).toBeLessThanOrEqual(334);
      ground.time.now += 250;
    }
    expect(seen).toEqual([
      [3, 2],
      [3, 3],
      [4, 4],
      [5, 5],
      [6, 6],
    ]);
  });
});

describe("requirements", () => {
  const GIGABYTE = 1024 ** 3;

  it("count what runs and what is paused in place against what the runner offers", () => {
    const { submit, place, isRunning, tell, finish, why } = aGround({
      offers: { cpus: 2, memoryBytes: 4 * GIGABYTE },
    });
    const heavy = submit({ requires: { cpus: 1, memoryBytes: 3 * GIGABYTE } });
    const second = submit({ requires: { cpus: 1, memoryBytes: 2 * GIGABYTE } });
    const light = submit({ requires: { cpus: 1, memoryBytes: GIGABYTE } });
    place();
    expect([heavy, second, light].map(isRunning)).toEqual([true, false, true]);
    expect(why(second)).toMatchObject({ code: "resources" });
    tell(heavy, { type: "started", report: 1 });
    tell(heavy, { type: "pause-requested" });
    tell(heavy, { type: "paused", report: 2, inPlace: true });
    place();
    expect(isRunning(second)).toBe(false);
    finish(light);
    tell(heavy, { type: "attempt-lost", message: "gone" });
    place();
    expect(isRunning(second)).toBe(true);
  });

  it("add up and come to nothing again, in tenths of processors too", () => {
    const { submit, place, isRunning, finish } = aGround({ offers: { cpus: 64 } });
    for (let round = 0; round < 50; round += 1) {
      const sizes = [0.1, 60.3, 0.7, 1.1, 0.3, 0.2, 0.01 * (round + 1)];
      const tasks = sizes.map((cpus) => submit({ requires: { cpus } }));
      place();
      expect(tasks.every(isRunning)).toBe(true);
      for (const task of round % 2 === 0 ? tasks : tasks.toReversed()) finish(task);
      const whole = submit({ requires: { cpus: 64 } });
      place();
      expect([round, isRunning(whole)]).toEqual([round, true]);
      finish(whole);
    }
    const tenths = aGround({ offers: { cpus: 0.3 } });
    const three = [1, 2, 3].map(() => tenths.submit({ requires: { cpus: 0.1 } }));
    tenths.place();
    expect(three.every(isRunning)).toBe(true);
  });

  it("lead to the runner that wears the labels, and are told when no runner ever could", () => {
    const { submit, place, join, isRunning, factsOf, why } = aGround({ offers: { cpus: 4 } });
    const gpu = submit({ requires: { labels: { gpu: "yes" } } });
    const huge = submit({ requires: { cpus: 64 } });
    place();
    expect([gpu, huge].map(isRunning)).toEqual([false, false]);
    expect(why(huge)?.sentence).toBe("It needs 64 CPUs, more than any connected runner has.");
    place();
    expect(factsOf(huge.id).filter(({ type }) => type === "blocked")).toHaveLength(1);
    join("second", { offers: { labels: { gpu: "yes" } } });
    place();
    expect(snapshotOf(gpu).context.runner).toBe("second");
    expect(snapshotOf(huge).context.runner).toBe("second");
    expect(snapshotOf(huge).context.waitsFor).toBeNull();
  });
});
