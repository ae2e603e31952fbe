import { describe, expect, it } from "vitest";
import {
  decode,
  encode,
  eventOf,
  type Fact,
  GENESIS,
  type TaskFact,
  UnreadableFact,
} from "#schema/envelope.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, statePath, type Task, unborn } from "#schema/task.evolve.ts";
import { BrokenHistory, fold, type FoldedTask } from "#schema/task.fold.ts";
import { retryDelay } from "#schema/task.retry.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { subjectOf } from "#schema/subjects.ts";
import { aTaskFact } from "../support/a-task-fact.ts";
import { EXAMPLES } from "../support/task-examples.ts";

const life: TaskEvent[] = [
  EXAMPLES.submitted,
  EXAMPLES.assigned,
  EXAMPLES.started,
  EXAMPLES.planned,
  { ...EXAMPLES.assigned, attempt: 2, token: "token-2" },
  EXAMPLES.started,
  EXAMPLES["items-recorded"],
  EXAMPLES.completed,
  EXAMPLES.revived,
];

/** The facts a life leaves in the journal. */
const factsOf = (events: readonly TaskEvent[]): { facts: TaskFact[]; task: Task } => {
  let task = unborn();
  const facts = events.map((event, index) => {
    const before = task;
    task = evolve(before, event);
    return aTaskFact({
      id: `f${index}`,
      at: "2026-11-21T08:00:00.000Z",
      chain: { stream: GENESIS, task: null },
      taskId: "task-1",
      n: index + 1,
      event,
      before,
      after: task,
    });
  });
  return { facts, task };
};

describe("a fact", () => {
  it("is read back as it was written, and folds to what the chart says, without asking the chart", () => {
    const { facts, task } = factsOf(life);
    let folded: FoldedTask | null = null;
    facts.forEach((fact, index) => {
      folded = fold(folded, index + 1, decode(encode(fact)) as TaskFact);
      expect(folded.state).toBe(statePath(factsOf(life.slice(0, index + 1)).task));
      expect(folded.context).toEqual(factsOf(life.slice(0, index + 1)).task.context);
    });
    expect(folded).toMatchObject({ n: life.length, born: 1, seq: life.length, context: task.context });
    expect(eventOf(facts[1] as TaskFact)).toEqual(EXAMPLES.assigned);
  });

  it("of the end of short work tells when that began; otherwise its own fact has told", () => {
    const startOf = (events: readonly TaskEvent[]): string | null =>
      factsOf(events).facts.reduce<FoldedTask | null>(
        (task, fact, index) => fold(task, index + 1, fact),
        null,
      )?.startedAt ?? null;
    const startedAt = "2026-11-21T07:59:59.990Z";
    const short = { ...EXAMPLES.completed, startedAt };
    expect(startOf([EXAMPLES.submitted, EXAMPLES.assigned, short])).toBe(startedAt);
    expect(startOf([EXAMPLES.submitted, EXAMPLES.assigned])).toBeNull();
    expect(startOf([EXAMPLES.submitted, EXAMPLES.assigned, EXAMPLES.started, short])).toBe(
      "2026-11-21T08:00:00.000Z",
    );
  });

  it("is not folded out of turn", () => {
    const { facts } = factsOf(life);
    const first = fold(null, 1, facts[0] as TaskFact);
    expect(() => fold(first, 3, facts[2] as TaskFact)).toThrow(BrokenHistory);
    expect(() => fold(first, 2, { ...(facts[1] as TaskFact), from: "paused" })).toThrow(BrokenHistory);
    expect(() => fold(first, 2, facts[0] as TaskFact)).toThrow(BrokenHistory);
  });

  it("is refused when it is no fact of a version we know", () => {
    const bytes = (text: string) => new TextEncoder().encode(text);
    for (const text of ["", "{", "null", "[]", '"x"', '{"v":2,"id":"a","type":"b"}', '{"v":1}']) {
      expect(() => decode(bytes(text)), text).toThrow(UnreadableFact);
    }
  });

  it("has a subject that reads as a sentence", () => {
    const { facts } = factsOf(life);
    expect(facts.slice(0, 3).map((fact) => subjectOf(fact, "default"))).toEqual([
      "task.default.submitted.none",
      "task.default.assigned.r1",
      "task.default.started.r1",
    ]);
    expect(subjectOf({ type: "epoch" } as Fact, "")).toBe("scheduler.epoch");
    expect(subjectOf({ type: "lost", runner: "r1" } as Fact, "")).toBe("runner.lost.r1");
  });
});

describe("order and retry", () => {
  it("waits exponentially, at most the maximum, spread by the jitter", () => {
    const policy = { ...DEFAULT_RETRY, initialMs: 1_000, factor: 2, maxMs: 5_000, jitter: 0.2 };
    expect([1, 2, 3, 4, 50].map((failures) => retryDelay(policy, failures, 0.5))).toEqual([
      1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
    expect(retryDelay(policy, 1, 0)).toBe(800);
    expect(retryDelay(policy, 1, 0.999_999)).toBe(1_200);
  });
});
