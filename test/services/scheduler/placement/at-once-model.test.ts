import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { openQueue } from "#schema/queue.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { aDefinition } from "../../../support/task-examples.ts";
import { aGround } from "./a-ground.ts";

const LIMITED = { ...SLEEP, type: "limited", concurrency: 2 };

/** Submissions, each of which may begin at once, among all that changes who may. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("submit" as const),
      type: fc.constantFrom("sleep", "limited"),
      queue: fc.constantFrom("a", "b"),
      key: fc.constantFrom(null, "x"),
      locks: fc.subarray(["l", "m"]),
      cpus: fc.constantFrom(0, 1, 2),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("finish" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("unclaim" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("lose" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("store", "forget", "place", "pause", "resume") }) },
);

describe("tasks that begin at once", () => {
  it("keep every limit, also when facts are lost, and leave no free place unused", () => {
    const scenario = fc.record({
      steps: fc.array(step, { minLength: 1, maxLength: 60 }),
      global: fc.integer({ min: 1, max: 5 }),
      slots: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(scenario, ({ steps, global, slots }) => {
        const ground = aGround({ concurrency: global, slots, types: [SLEEP, LIMITED], offers: { cpus: 3 } });
        const { authority, paper, placement } = ground;
        const { tasks, records } = authority;
        const queueTo = (state: "open" | "paused"): void =>
          void records.queue.record(
            "a",
            { type: state === "open" ? "queue-resumed" : "queue-paused" },
            { ...openQueue("a"), concurrency: 2, state },
            { by: SCHEDULER },
          );
        queueTo("open");
        paper.store();
        const active = (): LiveTask[] => [...tasks.all()].filter((one) => snapshotOf(one).hasTag("active"));
        const isPaused = (): boolean => records.queue.get("a")?.state === "paused";
        const fits = (all: readonly LiveTask[]): boolean => {
          const those = all.map((one) => definitionOf(snapshotOf(one).context));
          const count = (test: (one: TaskDefinition) => boolean): number => those.filter(test).length;
          return (
            all.length <= Math.min(global, slots) &&
            count(({ queue }) => queue === "a") <= 2 &&
            count(({ type }) => type === "limited") <= 2 &&
            count(({ concurrency }) => concurrency !== undefined) <= 1 &&
            ["l", "m"].every((lock) => count(({ locks = [] }) => locks.includes(lock)) <= 1) &&
            those.reduce((sum, { requires }) => sum + (requires?.cpus ?? 0), 0) <= 3
          );
        };
        const act = (one: (typeof steps)[number]): void => {
          const all = active();
          if (one.do === "submit" && "key" in one) {
            const { type, queue, key, locks, cpus } = one;
            const task = tasks.conceive(authority.ids.next());
            const definition = aDefinition({
              id: task.id,
              type,
              queue,
              repeatable: true,
              ...(key === null ? {} : { concurrency: { key, limit: 1 } }),
              ...(locks.length === 0 ? {} : { locks }),
              ...(cpus === 0 ? {} : { requires: { cpus } }),
            });
            placement.submit(tasks, task, definition, { by: SCHEDULER });
          } else if ("which" in one) {
            const task = all[one.which % Math.max(1, all.length)];
            if (!task) return;
            if (one.do === "finish") ground.finish(task);
            else
              ground.tell(
                task,
                one.do === "unclaim" ? { type: "unclaimed" } : { type: "attempt-lost", message: "gone" },
              );
          } else if (one.do === "store") paper.store();
          else if (one.do === "forget") paper.forget();
          else if (one.do === "place") ground.place();
          else queueTo(one.do === "pause" ? "paused" : "open");
        };
        for (const one of steps) {
          act(one);
          expect(fits(active())).toBe(true);
        }
        ground.place();
        const there = active();
        expect(fits(there)).toBe(true);
        for (const one of tasks.all()) {
          const waits = snapshotOf(one).matches("queued");
          const isHeld = isPaused() && definitionOf(snapshotOf(one).context).queue === "a";
          if (waits && !isHeld) expect(fits([...there, one])).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });
});
