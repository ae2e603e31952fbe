import type { Batch } from "#schema/batch.ts";
import type { BatchRow } from "#schema/record-api.ts";
import type { HeardRecord } from "../live/live.ts";

/** A batch after a fact: newer wins, facts about anything else change nothing. */
export const batchHeard = (
  before: BatchRow | undefined,
  id: string,
  { seq, fact }: HeardRecord,
): BatchRow | undefined => {
  if (fact.about.kind !== "batch" || fact.about.id !== id || fact.after === null) return before;
  if (before !== undefined && before.seq >= seq) return before;
  const { tasks: _tasks, resultsAt: _at, ...row } = fact.after as Batch;
  return { ...row, seq };
};
