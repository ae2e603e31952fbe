import type { TaskSummary } from "./api.ts";
import { definitionOf, tagOf } from "./task.evolve.ts";
import type { FoldedTask } from "./task.fold.ts";
import type { Progress } from "./telemetry.ts";

/** The line of a list a folded task makes: the same on the server and in the console, so they cannot disagree. */
export const summaryOf = (task: FoldedTask, progress: Progress | null): TaskSummary => {
  const { context } = task;
  const definition = definitionOf(context);
  return {
    id: task.id,
    type: definition.type,
    name: definition.name,
    queue: definition.queue,
    state: task.state,
    tag: tagOf(task.state),
    priority: context.priority,
    attempt: context.attempt,
    failures: context.failures,
    runner: context.runner,
    outcome: context.outcome,
    error: context.error,
    counts: context.counts,
    // What an earlier attempt told says nothing of this one.
    progress: progress !== null && progress.attempt < context.attempt ? null : progress,
    labels: definition.labels,
    submittedBy: definition.submittedBy,
    submittedAt: definition.submittedAt,
    startedAt: task.startedAt,
    settledAt: task.settledAt,
    dueAt: context.dueAt,
    stuck: task.stuck,
    born: task.born,
    seq: task.seq,
  };
};
