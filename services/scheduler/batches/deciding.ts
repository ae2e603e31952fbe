import { type Clock, timestamp } from "#infra/clock.ts";
import type { Batch, BatchAction } from "#schema/batch.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import type { Decision } from "#schema/task.decide.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { statePath, type Task } from "#schema/task.evolve.ts";
import type { Priority } from "#schema/task.definition.ts";
import { decideNow } from "../commands.ts";

/** What an undo puts back: which batch did it, what it did, and what was there before, by task. */
export interface Undoing {
  readonly batch: string;
  readonly action: BatchAction;
  readonly before: ReadonlyMap<string, string | null>;
}

const not = (why: string): Decision => ({ ok: false, why });

const allowed = (task: Task, event: TaskEvent): Decision =>
  task.can(event) ? { ok: true, event } : not(`It is ${statePath(task).replace(".", ", ")} by now.`);

const unpause = (task: Task, batch: string): Decision => {
  if (task.context.pausedBy !== batch || !(task.matches("paused") || task.matches("pausing")))
    return not("It is not paused by that batch any more.");
  if (task.matches("pausing")) return not("It is just being paused; undo again once it is paused.");
  return allowed(task, { type: "resumed" });
};

const priorityBack = (task: Task, set: Priority, before: string | null): Decision =>
  task.context.priority === set
    ? allowed(task, { type: "reprioritised", priority: before as Priority })
    : not("Its priority was changed since.");

const dueBack = (task: Task, set: string, before: string | null): Decision => {
  const stands = task.matches("pending") || task.matches("retrying");
  if (!stands || task.context.dueAt !== timestamp(Date.parse(set)))
    return not("It does not wait for that moment any more.");
  return allowed(task, before === null ? { type: "released" } : { type: "delayed", dueAt: before });
};

/** Why a batch of this kind cannot be undone, or null. */
export const notUndoable = (action: BatchAction): string | null => {
  switch (action.type) {
    case "pause":
    case "reprioritise":
    case "delay":
      return null;
    case "cancel":
      return "What was cancelled has stopped; it can be retried, not undone.";
    case "retry":
      return "What was retried may have run since; it can be cancelled, not undone.";
    case "resume":
      return "What was resumed may have run since; it can be paused, not undone.";
    case "undo":
      return "An undo is not undone; give the command again.";
  }
};

const undo =
  ({ batch, action, before }: Undoing, id: string) =>
  (task: Task): Decision => {
    const was = before.get(id);
    if (was === undefined) return not("That batch did nothing to it.");
    if (action.type === "pause") return unpause(task, batch);
    if (action.type === "reprioritise") return priorityBack(task, action.priority, was);
    if (action.type === "delay") return dueBack(task, action.runAt, was);
    return not(notUndoable(action) ?? "It cannot be undone.");
  };

/** What a task remembers of the batch that paused it. */
const signed = (decision: Decision, batch: string): Decision => {
  if (!decision.ok) return decision;
  const { event } = decision;
  if (event.type !== "held" && event.type !== "pause-requested") return decision;
  return { ok: true, event: { ...event, batch } };
};

const commandOf = (action: Exclude<BatchAction, { type: "undo" }>): TaskCommand =>
  action.type === "retry" ? { type: "retry", items: action.items ?? "failed" } : action;

/** How a batch decides on one of its tasks; `undoing` is known of an undo. */
export const decidingOn = (
  clock: Clock,
  { id, action }: Pick<Batch, "id" | "action">,
  undoing: Undoing | null,
): ((taskId: string) => (task: Task) => Decision) => {
  if (action.type !== "undo") {
    const decided = decideNow(clock, commandOf(action));
    return () => (task) => signed(decided(task), id);
  }
  return (taskId) =>
    undoing ? undo(undoing, taskId) : () => not("Nothing is known of that batch any more.");
};
