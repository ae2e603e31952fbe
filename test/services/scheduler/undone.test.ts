import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import type { LiveTask } from "../../../services/scheduler/tasks.ts";
import { createHeap } from "../../../services/scheduler/heap.ts";
import { EXAMPLES } from "../../support/task-examples.ts";
import { anAuthority } from "./an-authority.ts";

const aWorld = () => {
  const world = anAuthority();
  const { tasks } = world.authority;
  return {
    ...world,
    record: (task: LiveTask, event: TaskEvent) => tasks.record(task, event, { by: SCHEDULER }),
    types: (task: LiveTask) => world.factsOf(task.id).map(({ type }) => type),
  };
};

describe("a fact that was never stored", () => {
  it("leaves no timer behind: the one of the fact in its place counts", () => {
    const { authority, paper, time, deadlines, submitted, record, types } = aWorld();
    const task = submitted();
    record(task, EXAMPLES.assigned);
    record(task, EXAMPLES.started);
    paper.store();
    const failedUntil = (ms: number): TaskEvent => ({
      ...EXAMPLES["attempt-failed"],
      report: 2,
      dueAt: new Date(time.now + ms).toISOString(),
    });
    record(task, failedUntil(1_000));
    paper.forget();
    record(task, failedUntil(5_000));
    time.now += 1_500;
    deadlines.fire(authority.tasks);
    expect(types(task).at(-1)).toBe("attempt-failed");
    time.now += 3_500;
    deadlines.fire(authority.tasks);
    expect(types(task).at(-1)).toBe("retry-due");
  });

  it("leaves no place in the line behind", () => {
    const { authority, paper, placement, join, submitted, record, types } = aWorld();
    const first = submitted();
    const second = submitted();
    paper.store();
    record(second, { type: "reprioritised", priority: "critical" });
    paper.forget();
    record(second, { type: "reprioritised", priority: "low" });
    join("local", 1);
    placement.place(authority.tasks);
    expect(types(first)).toEqual(["submitted", "assigned"]);
    expect(types(second)).toEqual(["submitted", "reprioritised"]);
  });

  it("leaves no way to a second runner while the first still holds the work", () => {
    const { authority, paper, placement, join, submitted, record } = aWorld();
    const task = submitted();
    record(task, { ...EXAMPLES.assigned, runner: "holder" });
    record(task, EXAMPLES.started);
    record(task, { type: "pause-requested" });
    record(task, { ...EXAMPLES.paused, report: 2 });
    record(task, { type: "resumed" });
    paper.store();
    record(task, EXAMPLES["attempt-lost"]);
    paper.forget();
    record(task, { type: "reprioritised", priority: "high" });
    join("other", 1);
    placement.place(authority.tasks);
    expect(authority.tasks.get(task.id)?.snapshot.value).toBe("queued");
  });
});

describe("a heap", () => {
  it("does not grow with what has become meaningless", () => {
    let current = 0;
    const heap = createHeap<number>(
      (a, b) => a - b,
      (entry) => entry !== 0 && entry !== current,
    );
    heap.push(0);
    for (current = 1; current <= 100_000; current += 1) heap.push(current);
    expect(heap.size).toBeLessThan(5_000);
    expect(heap.peek()).toBe(0);
  });

  it("gives back in order what still means something", () => {
    const gone = new Set([3, 1, 4]);
    const heap = createHeap<number>(
      (a, b) => a - b,
      (entry) => gone.has(entry),
    );
    for (const entry of [5, 3, 8, 1, 9, 2, 4]) heap.push(entry);
    const order: number[] = [];
    for (let entry = heap.peek(); entry !== undefined; entry = heap.peek()) {
      order.push(entry);
      heap.pop();
    }
    expect(order).toEqual([2, 5, 8, 9]);
  });
});
