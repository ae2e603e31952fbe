import type { TaskSummary } from "#schema/api.ts";
import { startIn, type TaskFact } from "#schema/envelope.ts";
import { tagOf } from "#schema/task.evolve.ts";
import { stuckAfter } from "#schema/task.fold.ts";

/**
 * A list's line after one more fact, without the rest of the task: the patch of a fact names every field that can change.
 * Gives what `summaryOf(fold(…))` would give, so a list of a thousand running tasks needs no thousand requests.
 */
export const summaryAfter = (before: TaskSummary, seq: number, fact: TaskFact): TaskSummary => {
  const changed = fact.whole ?? fact.patch;
  const tag = tagOf(fact.to);
  return {
    ...before,
    state: fact.to,
    tag,
    priority: changed.priority ?? before.priority,
    attempt: changed.attempt ?? before.attempt,
    failures: changed.failures ?? before.failures,
    runner: changed.runner === undefined ? before.runner : changed.runner,
    outcome: changed.outcome === undefined ? before.outcome : changed.outcome,
    error: changed.error === undefined ? before.error : changed.error,
    counts: changed.counts ?? before.counts,
    dueAt: changed.dueAt === undefined ? before.dueAt : changed.dueAt,
    stuck: stuckAfter(before.stuck, fact),
    startedAt: before.startedAt ?? startIn(fact),
    settledAt: tag === "settled" ? fact.at : null,
    seq,
  };
};
