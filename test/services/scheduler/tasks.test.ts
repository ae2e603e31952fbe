import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { IllegalFact } from "#schema/task.evolve.ts";
import { EXAMPLES } from "../../support/task-examples.ts";
import { anAuthority } from "./an-authority.ts";

const DAY_MS = 86_400_000;
const noneIsNamed = (): boolean => false;

describe("the tasks in memory", () => {
  it("keep the key of the newer task when an older one with the same key is forgotten after a restart", () => {
    const { authority, submitted, time } = anAuthority();
    const { tasks } = authority;
    const old = { born: 1, seq: 2, idempotencyKey: "k", standing: "succeeded" } as const;
    tasks.bury({ ...old, id: "older", settledAt: time.now - 3 * DAY_MS });
    tasks.bury({ ...old, id: "settled", settledAt: time.now - DAY_MS / 2 });
    tasks.bury({ ...old, id: "other", idempotencyKey: "l", settledAt: time.now - DAY_MS / 2 });
    tasks.prune(noneIsNamed);
    expect(tasks.settled("older")).toBeUndefined();
    expect(tasks.byIdempotencyKey("k")).toBe("settled");
    time.now += DAY_MS;
    const live = submitted({ idempotencyKey: "l" });
    tasks.prune(noneIsNamed);
    expect(tasks.byIdempotencyKey("k")).toBeUndefined();
    expect(tasks.byIdempotencyKey("l")).toBe(live.id);
  });
});

describe("the actor of a task", () => {
  const aTask = () => {
    const { authority, paper, submitted } = anAuthority();
    const task = submitted();
    const record = (event: TaskEvent): unknown => authority.tasks.record(task, event, { by: SCHEDULER });
    return { task, paper, record };
  };

  it("moves it while it is at work, and is gone when it waits or is settled", () => {
    const { task, record } = aTask();
    expect(task.actor).toBeNull();
    record(EXAMPLES.assigned);
    record(EXAMPLES.started);
    const { actor } = task;
    expect(actor?.getSnapshot().context).toBe(task.snapshot.context);
    record({ ...EXAMPLES.checkpointed, report: 2 });
    expect(task.actor).toBe(actor);
    expect(actor?.getSnapshot().context).toBe(task.snapshot.context);
    expect(task.snapshot.context.checkpoint).toEqual({ value: 1 });
    record({ ...EXAMPLES.completed, report: 3 });
    expect(task.actor).toBeNull();
    expect(actor?.getSnapshot().status).toBe("stopped");
  });

  it("stands where the task stands also when a fact was refused, could not be written, or was not stored", () => {
    const { task, paper, record } = aTask();
    record(EXAMPLES.assigned);
    record(EXAMPLES.started);
    paper.store();
    const { snapshot } = task;
    const inStep = (): void => {
      expect(task.snapshot).toBe(snapshot);
      expect(task.actor?.getSnapshot().value).toEqual(snapshot.value);
      expect(task.actor?.getSnapshot().context).toBe(snapshot.context);
    };
    expect(() => record(EXAMPLES.approved)).toThrow(IllegalFact);
    inStep();
    const itself: Record<string, unknown> = {};
    itself["itself"] = itself;
    expect(() => record({ ...EXAMPLES.completed, report: 2, result: { value: itself } })).toThrow(TypeError);
    inStep();
    record({ ...EXAMPLES.checkpointed, report: 2 });
    paper.forget();
    inStep();
    record({ ...EXAMPLES.completed, report: 2 });
    paper.forget();
    expect(task.snapshot).toBe(snapshot);
    record({ ...EXAMPLES.checkpointed, report: 2 });
    expect(task.actor?.getSnapshot().context).toBe(task.snapshot.context);
  });
});
