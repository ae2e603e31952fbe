import type { BatchResult } from "#schema/batch.ts";
import type { TaskFact } from "#schema/envelope.ts";
import type { TaskContext } from "#schema/task.context.ts";

/** What undo puts back, as it was before the fact; undefined where there is nothing to put back. `at` is its time. */
export const beforeOf = (
  type: TaskFact["type"],
  { priority, dueAt }: Pick<TaskContext, "priority" | "dueAt">,
  { from, at }: { readonly from: string; readonly at: string },
): string | null | undefined => {
  if (type === "reprioritised") return priority;
  if (type !== "delayed") return undefined;
  // A task that waits for others only was due long ago.
  return dueAt ?? (from === "queued" ? null : at);
};

export const doneResult = (task: string, state: string, before: string | null | undefined): BatchResult => ({
  task,
  ok: true,
  state,
  ...(before === undefined ? {} : { before }),
});

/** A task's fact that a batch has caused, as a result of that batch. */
export const resultOfFact = (fact: TaskFact, before: TaskContext): BatchResult =>
  doneResult(fact.taskId, fact.to, beforeOf(fact.type, before, fact));
