import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { TaskContext } from "#schema/task.context.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { Progress } from "#schema/telemetry.ts";

/** A row of `tasks` as the driver gives it: bigint as text, timestamps as dates. */
export interface TaskRow {
  readonly id: string;
  readonly born: string;
  readonly seq: string;
  readonly n: number;
  readonly state: string;
  readonly context: TaskContext;
  readonly started_at: Date | null;
  readonly settled_at: Date | null;
  readonly updated_at: Date;
  readonly stuck: FoldedTask["stuck"];
  readonly progress: Progress | null;
}

const moment = (date: Date | null): string | null => date?.toISOString() ?? null;

export const foldedOf = (row: TaskRow): FoldedTask => ({
  id: row.id,
  n: row.n,
  born: Number(row.born),
  seq: Number(row.seq),
  state: row.state,
  context: row.context,
  startedAt: moment(row.started_at),
  settledAt: moment(row.settled_at),
  updatedAt: row.updated_at.toISOString(),
  stuck: row.stuck,
});

/** One task as the read model has it, with its latest stored progress; null when it has none of that id. */
export const readTask = async (
  sql: TransactionSql,
  id: string,
): Promise<{ task: FoldedTask; progress: Progress | null } | null> => {
  const [row] = await sql<TaskRow[]>`
    select t.id, t.born, t.seq, t.n, t.state, t.context, t.started_at, t.settled_at, t.updated_at, t.stuck, p.progress
    from tasks t left join progress p on p.task_id = t.id
    where t.id = ${id}`;
  return row ? { task: foldedOf(row), progress: row.progress } : null;
};

export const taskExists = async (sql: TransactionSql, id: string): Promise<boolean> =>
  (await sql`select 1 from tasks where id = ${id}`).length > 0;
