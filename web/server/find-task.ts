import { isTaskFact } from "#schema/envelope.ts";
import { BrokenHistory, fold, type FoldedTask } from "#schema/task.fold.ts";
import type { Progress } from "#schema/telemetry.ts";
import type { History } from "./history.ts";
import { notFound } from "./problems.ts";
import { readTask } from "./queries/task-row.ts";
import type { RecentTasks } from "./recent-tasks.ts";
import type { RingFact } from "./ring.ts";
import type { Tail } from "./tail.ts";
import type { Telemetry } from "./telemetry.ts";

export interface FoundTask {
  readonly task: FoldedTask;
  readonly progress: Progress | null;
}

interface Sources {
  readonly history: History;
  readonly tail: Tail;
  readonly recent: RecentTasks;
  readonly telemetry: Telemetry;
}

/** The read model's task with the tail's later facts laid on it; as it was where they do not join. */
const caughtUp = (row: FoldedTask | null, later: readonly RingFact[]): FoldedTask | null => {
  let task = row;
  try {
    for (const kept of later) {
      const fact = kept.fact();
      if (isTaskFact(fact) && fact.n > (task?.n ?? 0)) task = fold(task, kept.seq, fact);
    }
  } catch (error) {
    if (!(error instanceof BrokenHistory)) throw error;
  }
  return task;
};

/** The newest there is to know of a task: from the tail when it is recent, else from the read model. Throws 404 and 503 problems. */
export const findTask = async (sources: Sources, id: string): Promise<FoundTask> => {
  const { history, tail, recent, telemetry } = sources;
  const known = recent.get(id);
  if (known !== null) return { task: known, progress: telemetry.progressOf(id) };
  const row = await history.read((sql) => readTask(sql, id));
  // Nothing may be awaited from here on: the tail must not move between the fold and its adoption.
  const task = recent.get(id) ?? caughtUp(row?.task ?? null, tail.of(id));
  if (task === null) throw notFound(`There is no task ${id}.`);
  const complete = row === null || tail.covers(row.task.seq);
  if (complete && tail.last >= task.seq) recent.adopt(task);
  return { task, progress: telemetry.progressOf(id) ?? row?.progress ?? null };
};
