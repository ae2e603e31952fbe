/** The one sentence a waiting task answers "why?" with. */
import { definitionOf, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { RosterEntry } from "./runner-roster.ts";

export interface WaitingFacts {
  readonly present: readonly RosterEntry[];
  /** Null when the read model cannot tell at the moment. */
  readonly position: { readonly position: number; readonly of: number } | null;
  /** Who asked for the pause and why, when that is known. */
  readonly pausedBy: { readonly who: string; readonly reason: string | null } | null;
}

const items = (count: number): string => (count === 1 ? "1 item" : `${count} items`);

const whyQueued = (task: FoldedTask, { present, position }: WaitingFacts): string => {
  const { type } = definitionOf(task.context);
  if (present.length === 0) return "No runner is connected.";
  if (!present.some((runner) => runner.types.some((offered) => offered.type === type))) {
    return `No connected runner offers the type ${type}.`;
  }
  if (position === null) return "Waits for a slot.";
  return `Position ${position.position} of ${position.of}, waits for a slot.`;
};

const whyPaused = (task: FoldedTask, { pausedBy }: WaitingFacts): string => {
  const by = pausedBy === null ? "Paused" : `Paused by ${pausedBy.who}`;
  const because = pausedBy?.reason ? ` (${pausedBy.reason})` : "";
  const where = task.context.runner === null ? "" : `, held in place on the runner ${task.context.runner}`;
  return `${by}${because}${where}; goes on when somebody resumes it.`;
};

const whyRetrying = ({ context }: FoldedTask): string => {
  const failed =
    context.error === null ? "The last attempt failed" : `The last attempt failed: ${context.error.message}`;
  return `Tries again at ${context.dueAt ?? "an unknown time"}. ${failed}`;
};

/** Null for a task that does not wait. Times are RFC 3339 in UTC. */
export const waitingSentence = (task: FoldedTask, facts: WaitingFacts): string | null => {
  const { context } = task;
  switch (topState(task.state)) {
    case "pending":
      return `Due at ${context.dueAt ?? "an unknown time"}.`;
    case "queued":
      return whyQueued(task, facts);
    case "awaiting-approval":
      return `Plan ${context.plan?.number ?? "?"} with ${items(context.plan?.count ?? 0)} waits for a yes.`;
    case "paused":
      return whyPaused(task, facts);
    case "retrying":
      return whyRetrying(task);
    default:
      return null;
  }
};
