import { isTaskFact } from "#schema/envelope.ts";
import { tagOf } from "#schema/task.evolve.ts";
import { BrokenHistory, fold, type FoldedTask } from "#schema/task.fold.ts";
import type { TailListener } from "./tail.ts";

/** With the largest inline payloads about 64 MB. What falls out is folded again from the ring or the read model. */
const LIMIT = 2_000;

/** Tasks folded as the tail reads them, the latest touched; what it holds is never older than the tail. */
export interface RecentTasks extends TailListener {
  get(id: string): FoldedTask | null;
  /** Takes a task up that was found elsewhere and is as new as the tail. */
  adopt(task: FoldedTask): void;
  activeOf(runner: string): number;
}

export const createRecentTasks = (limit = LIMIT): RecentTasks => {
  const tasks = new Map<string, FoldedTask>();

  const keep = (task: FoldedTask): void => {
    tasks.delete(task.id);
    tasks.set(task.id, task);
    if (tasks.size <= limit) return;
    const [oldest] = tasks.keys();
    if (oldest !== undefined) tasks.delete(oldest);
  };

  return {
    fact: ({ seq }, fact) => {
      if (!isTaskFact(fact)) return;
      const before = tasks.get(fact.taskId) ?? null;
      if (before === null && fact.n !== 1) return;
      try {
        keep(fold(before, seq, fact));
      } catch (error) {
        // The projector is the one that halts on a broken history; here the task is merely no longer known.
        if (!(error instanceof BrokenHistory)) throw error;
        tasks.delete(fact.taskId);
      }
    },
    cut: () => tasks.clear(),
    get: (id) => tasks.get(id) ?? null,
    adopt: keep,
    activeOf: (runner) =>
      [...tasks.values()].filter(
        ({ state, context }) => context.runner === runner && tagOf(state) === "active",
      ).length,
  };
};
