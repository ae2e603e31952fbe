import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Page, TaskEventRow } from "#schema/api.ts";
import type { TaskFact } from "#schema/envelope.ts";
import { eventRowOf } from "#schema/task.event-row.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";
import { checkpointOf } from "./checkpoint.ts";

interface FactRow {
  readonly seq: string;
  readonly fact: TaskFact;
}

const DEFAULT_LIMIT = 200;

/** A task's facts after a journal sequence, oldest first. */
export const listEvents = async (
  sql: TransactionSql,
  id: string,
  { after = 0, limit = DEFAULT_LIMIT }: { after?: number; limit?: number },
): Promise<Page<TaskEventRow>> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<FactRow[]>`
    select seq, fact from facts where task_id = ${id} and seq > ${after} order by seq limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(({ seq, fact }) => eventRowOf(Number(seq), fact));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: String(last.seq) } : {}), asOf };
};

/** The task after its facts up to and including `at`; null when it had none yet. */
export const foldUpTo = async (sql: TransactionSql, id: string, at: number): Promise<FoldedTask | null> => {
  const rows = await sql<FactRow[]>`
    select seq, fact from facts where task_id = ${id} and seq <= ${at} order by seq`;
  return rows.reduce<FoldedTask | null>((task, row) => fold(task, Number(row.seq), row.fact), null);
};
