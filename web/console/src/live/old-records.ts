import type { TaskSummary } from "#schema/api.ts";

/** A tab left open for days must not grow for ever: about 1 KB a record. */
export const RECORD_LIMIT = 50_000;
/** So many go at once, so that not every new task looks through all of them. */
const SHARE = 0.1;

/** The oldest settled tasks nobody looks at: what can go when there are too many. */
export const oldRecords = <R extends { readonly summary: TaskSummary }>(
  records: ReadonlyMap<string, R>,
  isWatched: (id: string) => boolean,
): readonly R[] =>
  [...records.values()]
    .filter(({ summary }) => summary.tag === "settled" && !isWatched(summary.id))
    .sort((a, b) => a.summary.born - b.summary.born)
    .slice(0, Math.ceil(records.size * SHARE));
