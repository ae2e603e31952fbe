import type { TransactionSql } from "#infra/postgres/connect.ts";
import { openQueue } from "#schema/queue.ts";
import type { LimitRow, QueueRow } from "#schema/record-api.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { Priority } from "#schema/task.definition.ts";
import { tagOf, type TaskState } from "#schema/task.evolve.ts";
import { checkpointOf } from "./checkpoint.ts";
import { listRecords, type Row } from "./records.ts";

/** More queues than this are not a list but a mistake. */
const MOST_QUEUES = 1_000;

interface Count {
  readonly queue: string;
  readonly top: TaskState;
  readonly priority: Priority;
  readonly count: number;
}

const sum = (counts: readonly Count[]): number => counts.reduce((total, { count }) => total + count, 0);

const queueRow = (record: Row<"queue">, counts: readonly Count[], limits: readonly LimitRow[]): QueueRow => {
  const states = new Map<TaskState, number>();
  for (const { top, count } of counts) states.set(top, (states.get(top) ?? 0) + count);
  const queued = counts.filter(({ top }) => top === "queued");
  const depth = PRIORITIES.map(
    (priority) => [priority, sum(queued.filter((count) => count.priority === priority))] as const,
  );
  return {
    ...record,
    counts: Object.fromEntries(states),
    depth: Object.fromEntries(depth) as QueueRow["depth"],
    waiting: sum(counts.filter(({ top }) => tagOf(top) === "waiting")),
    active: sum(counts.filter(({ top }) => tagOf(top) === "active")),
    limits,
  };
};

/** Limits that are reached now, the latest first. */
export const reachedLimits = async (sql: TransactionSql): Promise<readonly LimitRow[]> => {
  const rows = await sql<{ seq: string; value: Omit<LimitRow, "seq"> }[]>`
    select seq, value from records where kind = 'limit' and (value -> 'reached')::boolean order by seq desc`;
  return rows.map(({ seq, value }) => ({ ...value, seq: Number(seq) }));
};

const isOf = (queue: string, limit: string): boolean =>
  limit === `queue:${queue}` || limit === `rate:queue:${queue}`;

/** Every queue that a task was ever sent to or that somebody configured, by name. */
export const listQueues = async (
  sql: TransactionSql,
): Promise<{ readonly items: readonly QueueRow[]; readonly asOf: number }> => {
  const asOf = await checkpointOf(sql, "journal");
  const counts = await sql<Count[]>`select queue, top, priority, count from queue_counts`;
  const limits = await reachedLimits(sql);
  const { items } = await listRecords(sql, "queue", { limit: MOST_QUEUES });
  const known = new Map(items.map((queue) => [queue.id, queue]));
  const names = new Set([...known.keys(), ...counts.map(({ queue }) => queue)]);
  const rows = [...names].sort().map((name) =>
    queueRow(
      known.get(name) ?? { ...openQueue(name), seq: 0 },
      counts.filter(({ queue }) => queue === name),
      limits.filter(({ id }) => isOf(name, id)),
    ),
  );
  return { items: rows, asOf };
};
