/** How many tasks each running task has submitted, so that one which never stops is stopped before it fills the journal. */
import { definitionOf } from "#schema/task.evolve.ts";
import { snapshotOf, type Tasks } from "../tasks.ts";

/** Ten times the widest fan that is meant to be. */
export const CHILDREN_MOST = 10_000;

/** Children of children, and so on: ten times the deepest tree that is meant to be; without an end, each would find its own limit unused. */
export const GENERATIONS_MOST = 32;

/** Above this many parents the settled ones are forgotten. */
const PARENTS_MOST = 10_000;

/** By parent, their keys: one whose submission was not stored comes again under its own. */
type Offspring = Map<string, Set<string>>;

const counted = new WeakMap<Tasks, Offspring>();

const add = (offspring: Offspring, parent: string, key: string): void =>
  void offspring.set(parent, (offspring.get(parent) ?? new Set()).add(key));

/** Counted once after a start: what live parents have submitted is remembered for as long as they live, settled or not. */
const offspringOf = (tasks: Tasks): Offspring => {
  const known = counted.get(tasks);
  if (known) return known;
  const offspring: Offspring = new Map();
  counted.set(tasks, offspring);
  for (const task of tasks.all()) {
    const { parent, idempotencyKey } = definitionOf(snapshotOf(task).context);
    if (parent !== undefined) add(offspring, parent, idempotencyKey ?? task.id);
  }
  for (const { id, parent, idempotencyKey } of tasks.allSettled())
    if (parent !== undefined && tasks.get(parent)) add(offspring, parent, idempotencyKey ?? id);
  return offspring;
};

/** For one more with this idempotency key. */
export const hasTooMany = (tasks: Tasks, parent: string, key: string): boolean => {
  const keys = offspringOf(tasks).get(parent);
  return keys !== undefined && keys.size >= CHILDREN_MOST && !keys.has(key);
};

export const noteChild = (tasks: Tasks, parent: string, key: string): void => {
  const offspring = offspringOf(tasks);
  add(offspring, parent, key);
  if (offspring.size <= PARENTS_MOST) return;
  for (const id of offspring.keys()) if (!tasks.get(id)) offspring.delete(id);
};
