/** How many tasks each running task has submitted, so that one which never stops is stopped before it fills the journal. */
import { definitionOf } from "#schema/task.evolve.ts";
import { snapshotOf, type Tasks } from "../tasks.ts";

/** Ten times the widest fan that is meant to be. */
export const CHILDREN_MOST = 10_000;

/** Above this many parents the settled ones are forgotten. */
const PARENTS_MOST = 10_000;

const counted = new WeakMap<Tasks, Map<string, number>>();

/** Counted once after a start: children that have settled by then count no more. */
const countsOf = (tasks: Tasks): Map<string, number> => {
  const known = counted.get(tasks);
  if (known) return known;
  const counts = new Map<string, number>();
  counted.set(tasks, counts);
  for (const task of tasks.all()) {
    const { parent } = definitionOf(snapshotOf(task).context);
    if (parent !== undefined) counts.set(parent, (counts.get(parent) ?? 0) + 1);
  }
  return counts;
};

export const hasTooMany = (tasks: Tasks, parent: string): boolean =>
  (countsOf(tasks).get(parent) ?? 0) >= CHILDREN_MOST;

/** To be called before the child is one of the tasks. */
export const noteChild = (tasks: Tasks, parent: string): void => {
  const counts = countsOf(tasks);
  counts.set(parent, (counts.get(parent) ?? 0) + 1);
  if (counts.size <= PARENTS_MOST) return;
  for (const id of counts.keys()) if (!tasks.get(id)) counts.delete(id);
};
