import type { TaskSummary } from "#schema/api.ts";
import { topState } from "#schema/task.evolve.ts";

/** How many of the tasks the console knows are at work, wait, or have failed. */
export interface Counts {
  readonly active: number;
  readonly waiting: number;
  readonly failed: number;
}

export const NOTHING: Counts = { active: 0, waiting: 0, failed: 0 };

const drawer = (summary: TaskSummary | undefined): keyof Counts | null => {
  if (summary === undefined) return null;
  if (summary.tag !== "settled") return summary.tag;
  return topState(summary.state) === "failed" ? "failed" : null;
};

/** The counts after one task changed, came or went; the same object when nothing changed. */
export const countOf = (
  counts: Counts,
  before: TaskSummary | undefined,
  after: TaskSummary | undefined,
): Counts => {
  const from = drawer(before);
  const to = drawer(after);
  if (from === to) return counts;
  const next = { ...counts };
  if (from) next[from] -= 1;
  if (to) next[to] += 1;
  return next;
};
