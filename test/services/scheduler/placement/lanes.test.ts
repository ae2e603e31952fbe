import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import { openQueue } from "#schema/queue.ts";
import type { Priority, TaskDefinition } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { aGround } from "./a-ground.ts";

const setQueue = ({ authority }: ReturnType<typeof aGround>, state: "paused" | "open"): void => {
  const event = { type: state === "open" ? "queue-resumed" : "queue-paused" } as const;
  authority.records.queue.record("default", event, { ...openQueue("default"), state }, { by: SCHEDULER });
};

describe("a lane that was emptied and is used again", () => {
  const aLaneUsedAgain = () => {
    const ground = aGround();
    const { submit, place, tell } = ground;
    const keyed = { concurrency: { key: "k", limit: 1 } };
    const again: ReturnType<typeof submit>[] = [];
    setQueue(ground, "paused");
    const before = submit({ priority: "low" });
    const [high, low] = [submit({ ...keyed, priority: "high" }), submit({ ...keyed, priority: "low" })];
    place();
    for (const task of [high, low]) tell(task, { type: "withdrawn" });
    place();
    again.push(submit({ ...keyed, priority: "low" }));
    tell(before, { type: "withdrawn" });
    place();
    again.push(submit({ ...keyed, priority: "low" }), submit({ ...keyed, priority: "low" }));
    place();
    setQueue(ground, "open");
    return { ...ground, again };
  };

  it("loses none of its tasks, keeps to its limit and its order", () => {
    const { again, place, isRunning, finish, order } = aLaneUsedAgain();
    place();
    for (const [index, task] of again.entries()) {
      expect(again.map(isRunning)).toEqual(again.map((_, other) => other === index));
      finish(task);
      place();
    }
    expect(order()).toEqual(again.map(({ id }) => id));
  });
});

const WHAT = [
  "submit",
  "withdraw",
  "raise",
  "finish",
  "hold",
  "resume",
  "pause-queue",
  "open-queue",
  "undo",
] as const;
interface Step {
  readonly what: (typeof WHAT)[number];
  readonly which: number;
  readonly priority: Priority;
  readonly shares: Partial<TaskDefinition>;
}
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom(...WHAT),
  which: fc.nat(),
  priority: fc.constantFrom("high", "normal", "low"),
  shares: fc.constantFrom(
    {},
    { locks: ["l"] },
    { locks: ["m", "l"] },
    { concurrency: { key: "x", limit: 1 } },
    { concurrency: { key: "x", limit: 2 }, locks: ["m"] },
  ),
});

const aWalk = () => {
  const ground = aGround({ slots: 2 });
  const { submit, place, tell, isRunning, paper, authority } = ground;
  paper.store();
  const all = () => [...authority.tasks.all()];
  const legal = (task: LiveTask | undefined, event: TaskEvent): void => {
    if (task && snapshotOf(task).can(event)) tell(task, event);
  };
  const take = ({ what, which, priority, shares }: Step): void => {
    const live = all();
    const one = live[which % Math.max(1, live.length)];
    const acts: Record<(typeof WHAT)[number], () => unknown> = {
      submit: () => submit({ priority, ...shares }),
      withdraw: () => legal(one, { type: "withdrawn" }),
      raise: () => legal(one, { type: "reprioritised", priority }),
      finish: () => legal(one, { type: "completed", report: 9, result: null }),
      hold: () => legal(one, { type: "held" }),
      resume: () => legal(one, { type: "resumed" }),
      "pause-queue": () => setQueue(ground, "paused"),
      "open-queue": () => setQueue(ground, "open"),
      undo: () => paper.forget(),
    };
    acts[what]();
    place();
    if (which % 3 === 0) paper.store();
  };
  const finishAll = (): void => {
    setQueue(ground, "open");
    for (const task of all()) legal(task, { type: "resumed" });
    for (place(); all().some(isRunning); place())
      for (const task of all().filter(isRunning)) ground.finish(task);
  };
  return { take, finishAll, left: () => all().map(({ id }) => id) };
};

describe("tasks that come, change and go in any order", () => {
  it("are none of them left waiting when nothing holds them", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { take, finishAll, left } = aWalk();
        for (const one of steps) take(one);
        finishAll();
        expect(left()).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
