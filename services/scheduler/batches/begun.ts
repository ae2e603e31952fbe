import type { BatchResult } from "#schema/batch.ts";
import { isRecordFact, isTaskFact, type RecordFact, type TaskFact } from "#schema/envelope.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { resultOfFact } from "./results.ts";

/** How far a running batch is: its latest `progressed`, and what is done that none has told yet. */
export interface Begun {
  readonly progressedAt: number | null;
  readonly done: readonly { readonly seq: number; readonly result: BatchResult }[];
}

/** Batches that run, by id, as the log is read. */
export type BegunBatches = Map<string, Begun>;

const ofBatch = (begun: BegunBatches, { type, about, data }: RecordFact, seq: number): void => {
  if (type === "started") begun.set(about.id, { progressedAt: null, done: [] });
  else if (type === "progressed") {
    // It may tell a part only of what was done before it.
    const told = new Set((data["results"] as readonly BatchResult[]).map(({ task }) => task));
    const done = (begun.get(about.id)?.done ?? []).filter(({ result }) => !told.has(result.task));
    begun.set(about.id, { progressedAt: seq, done });
  } else begun.delete(about.id);
};

/** Notes what a fact says of the batches that run; `before` is the context of its task before it. */
export const noteBegun = (
  begun: BegunBatches,
  {
    fact,
    seq,
    before,
  }: { readonly fact: TaskFact | RecordFact; readonly seq: number; readonly before?: TaskContext },
): void => {
  if (isRecordFact(fact)) {
    if (fact.about.kind === "batch") ofBatch(begun, fact, seq);
    return;
  }
  const batch = fact.cause === null ? undefined : begun.get(fact.cause);
  if (!batch || !before || !isTaskFact(fact)) return;
  const done = [...batch.done, { seq, result: resultOfFact(fact, before) }];
  begun.set(String(fact.cause), { ...batch, done });
};
