import { startIn, type TaskFact } from "./envelope.ts";
import type { TaskDefinition } from "./task.definition.ts";
import type { StatePath } from "./task.evolve.ts";
import { BLANK, type TaskContext } from "./task.context.ts";

/** Why a task counts as stuck, in one sentence, and since when (RFC 3339). */
export interface Stuck {
  readonly evidence: string;
  readonly since: string;
}

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
  /** While its state is `stuck`. */
  readonly stuck: Stuck | null;
}

/** Thrown when a fact does not follow the one before it: the reader must stop, not guess. */
export class BrokenHistory extends Error {
  override readonly name = "BrokenHistory";
}

const contextAfter = (before: TaskContext, fact: TaskFact): TaskContext => {
  if (fact.whole) return fact.whole;
  const definition =
    fact.type === "submitted" ? (fact.data["definition"] as TaskDefinition) : before.definition;
  return { ...before, ...fact.patch, definition };
};

/** What a task is before its first fact. */
const nothing = (id: string, seq: number): FoldedTask => ({
  id,
  n: 0,
  born: seq,
  seq: 0,
  state: "unborn",
  context: BLANK,
  startedAt: null,
  settledAt: null,
  updatedAt: "",
  stuck: null,
});

const mustFollow = (before: FoldedTask, seq: number, fact: TaskFact): void => {
  if (fact.n === before.n + 1 && fact.from === before.state) return;
  const expected = `fact ${before.n + 1} from "${before.state}"`;
  throw new BrokenHistory(
    `task ${fact.taskId}: expected ${expected}, found fact ${fact.n} from "${fact.from}" (sequence ${seq})`,
  );
};

/** What a fact says of a task that is stuck, or leaves as it was said; null when it leads elsewhere. */
export const stuckAfter = (before: Stuck | null, { type, to, at, data }: TaskFact): Stuck | null => {
  if (to !== "stuck") return null;
  return type === "stalled" ? { evidence: String(data["evidence"]), since: at } : before;
};

/** One more fact laid on a task (null before its first). No rules of the chart are asked: facts carry their result. */
export const fold = (task: FoldedTask | null, seq: number, fact: TaskFact): FoldedTask => {
  const before = task ?? nothing(fact.taskId, seq);
  mustFollow(before, seq, fact);
  const settles = fact.whole !== undefined && fact.type !== "revived";
  return {
    id: before.id,
    n: fact.n,
    born: before.born,
    seq,
    state: fact.to,
    context: contextAfter(before.context, fact),
    startedAt: before.startedAt ?? startIn(fact),
    settledAt: settles ? fact.at : null,
    updatedAt: fact.at,
    stuck: stuckAfter(before.stuck, fact),
  };
};
