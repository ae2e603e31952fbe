import type { TransactionSql } from "#infra/postgres/connect.ts";
import { definitionOf, topState } from "#schema/task.evolve.ts";
import type { LiveTask } from "../live-tasks.ts";
import { together } from "../together.ts";

interface Change {
  readonly queue: string;
  readonly top: string;
  readonly priority: string;
  by: number;
}

/** How the counts change when each task goes from what it was to what it is. */
const changesOf = (
  known: ReadonlyMap<string, LiveTask>,
  changed: ReadonlyMap<string, LiveTask>,
): readonly Change[] => {
  const changes = new Map<string, Change>();
  const count = ({ task }: LiveTask, by: number): void => {
    const { priority } = task.context;
    const { queue } = definitionOf(task.context);
    const top = topState(task.state);
    const key = `${queue}/${top}/${priority}`;
    const change = changes.get(key) ?? { queue, top, priority, by: 0 };
    change.by += by;
    changes.set(key, change);
  };
  for (const [id, after] of changed) {
    const before = known.get(id);
    if (before) count(before, -1);
    count(after, 1);
  }
  return [...changes.values()].filter(({ by }) => by !== 0);
};

/** Keeps the counts of each queue true. What counts zero is deleted, so that a rebuild makes the very same rows. */
export const writeQueueCounts = async (
  tx: TransactionSql,
  known: ReadonlyMap<string, LiveTask>,
  changed: ReadonlyMap<string, LiveTask>,
): Promise<void> => {
  const changes = changesOf(known, changed);
  if (changes.length === 0) return;
  const counted = tx`
    insert into queue_counts as c (queue, top, priority, count)
    select * from unnest(
      ${changes.map(({ queue }) => queue)}::text[],
      ${changes.map(({ top }) => top)}::text[],
      ${changes.map(({ priority }) => priority)}::text[],
      ${changes.map(({ by }) => by)}::int[]
    )
    on conflict (queue, top, priority) do update set count = c.count + excluded.count`;
  await together([counted, tx`delete from queue_counts where count = 0`]);
};
