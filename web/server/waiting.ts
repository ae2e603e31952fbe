/** The one sentence a waiting task answers "why?" with. */
import { yesSentence } from "#schema/plan-approval.ts";
import { definitionOf, type TaskState, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { RosterEntry } from "./runner-roster.ts";

export interface WaitingFacts {
  readonly present: readonly RosterEntry[];
  /** Null when the read model cannot tell at the moment. */
  readonly position: { readonly position: number; readonly of: number } | null;
  /** Who asked for the pause and why, when that is known. */
  readonly pausedBy: { readonly who: string; readonly reason: string | null } | null;
}

const tasks = (count: number): string => (count === 1 ? "1 task" : `${count} tasks`);

const whyPending = ({ context }: FoldedTask): string => {
  const { after = [] } = definitionOf(context);
  if (context.dueAt === null && after.length > 0) return `Comes after ${tasks(after.length)}.`;
  return `Due at ${context.dueAt ?? "an unknown time"}.`;
};

const whyQueued = (task: FoldedTask, { present, position }: WaitingFacts): string => {
  const { type } = definitionOf(task.context);
  const { waitsFor } = task.context;
  if (waitsFor?.kind === "lock") return `Waits for ${waitsFor.lock}, held by task ${waitsFor.holder}.`;
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

const SENTENCES: Readonly<Partial<Record<TaskState, (task: FoldedTask, facts: WaitingFacts) => string>>> = {
  pending: whyPending,
  queued: whyQueued,
  "awaiting-approval": ({ context: { plan } }) => (plan === null ? "Waits for a yes." : yesSentence(plan)),
  paused: whyPaused,
  retrying: whyRetrying,
};

/** Null for a task that does not wait. Times are RFC 3339 in UTC. */
export const waitingSentence = (task: FoldedTask, facts: WaitingFacts): string | null =>
  SENTENCES[topState(task.state)]?.(task, facts) ?? null;
