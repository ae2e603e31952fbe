import { isTaskFact } from "#schema/envelope.ts";
import type { PlanHead } from "#schema/items.ts";
import { BrokenHistory, fold } from "#schema/task.fold.ts";
import type { LiveTask } from "./live-tasks.ts";
import { halt, type ReadFact } from "./verify.ts";

export interface Folded {
  /** The facts up to the first that does not follow. */
  readonly facts: readonly ReadFact[];
  /** The last state of each task they touch. */
  readonly changed: Map<string, LiveTask>;
  /** By sequence of the facts that tell results: the plan these belong to. */
  readonly plans: ReadonlyMap<number, PlanHead>;
  /** Why the rest was left out, if any was. */
  readonly trouble: unknown;
}

export const taskIdsOf = (facts: readonly ReadFact[]): Set<string> => {
  const ids = new Set<string>();
  for (const { fact } of facts) if (isTaskFact(fact)) ids.add(fact.taskId);
  return ids;
};

const foldOne = (before: LiveTask | undefined, { seq, fact, hash }: ReadFact): LiveTask | undefined => {
  if (!isTaskFact(fact)) return undefined;
  let task;
  try {
    task = fold(before?.task ?? null, seq, fact);
  } catch (error) {
    if (error instanceof BrokenHistory) throw halt(seq, error.message);
    throw error;
  }
  if (fact.chain.task !== (before?.hash ?? null)) {
    throw halt(seq, `it does not carry the hash of the fact before it of task ${fact.taskId}`);
  }
  return { task, hash };
};

/** Lays facts on the tasks they are about. */
export const foldFacts = (known: ReadonlyMap<string, LiveTask>, facts: readonly ReadFact[]): Folded => {
  const changed = new Map<string, LiveTask>();
  const plans = new Map<number, PlanHead>();
  for (const [index, read] of facts.entries()) {
    try {
      const id = isTaskFact(read.fact) ? read.fact.taskId : "";
      const next = foldOne(changed.get(id) ?? known.get(id), read);
      if (!next) continue;
      changed.set(id, next);
      const { plan } = next.task.context;
      if (plan && read.fact.type === "items-recorded") plans.set(read.seq, plan);
    } catch (trouble) {
      return { facts: facts.slice(0, index), changed, plans, trouble };
    }
  }
  return { facts, changed, plans, trouble: undefined };
};
