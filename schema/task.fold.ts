import type { TaskFact } from "./envelope.ts";
import type { TaskDefinition } from "./task.definition.ts";
import { type StatePath, unborn } from "./task.evolve.ts";
import type { TaskContext } from "./task.machine.ts";

/** A task as its facts leave it: what every reader keeps. */
export interface FoldedTask {
  readonly id: string;
  readonly n: number;
  /** Journal sequence of its first and its latest fact. */
  readonly born: number;
  readonly seq: number;
  readonly state: StatePath;
  readonly context: TaskContext;
  readonly startedAt: string | null;
  readonly settledAt: string | null;
  readonly updatedAt: string;
}

/** Thrown when a fact does not follow the one before it: the reader must stop, not guess. */
export class BrokenHistory extends Error {
  override readonly name = "BrokenHistory";
}

const BLANK = unborn().context;

const contextAfter = (before: TaskContext, fact: TaskFact): TaskContext => {
  if (fact.whole) return fact.whole;
  const definition =
    fact.type === "submitted" ? (fact.data["definition"] as TaskDefinition) : before.definition;
  return { ...before, ...fact.patch, definition };
};

/** One more fact laid on a task (null before its first). No rules of the chart are asked: facts carry their result. */
export const fold = (task: FoldedTask | null, seq: number, fact: TaskFact): FoldedTask => {
  if (fact.n !== (task?.n ?? 0) + 1) {
    throw new BrokenHistory(
      `task ${fact.taskId}: fact ${fact.n} follows fact ${task?.n ?? 0} (sequence ${seq})`,
    );
  }
  if (fact.from !== (task?.state ?? "unborn")) {
    throw new BrokenHistory(
      `task ${fact.taskId}: a fact from "${fact.from}" follows "${task?.state ?? "unborn"}" (sequence ${seq})`,
    );
  }
  const settled = fact.whole !== undefined && fact.type !== "revived";
  return {
    id: fact.taskId,
    n: fact.n,
    born: task?.born ?? seq,
    seq,
    state: fact.to,
    context: contextAfter(task?.context ?? BLANK, fact),
    startedAt: task?.startedAt ?? (fact.type === "started" ? fact.at : null),
    settledAt: settled ? fact.at : null,
    updatedAt: fact.at,
  };
};
