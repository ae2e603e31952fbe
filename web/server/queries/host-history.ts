import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Page } from "#schema/api.ts";
import type { HostRun } from "#schema/ledger-api.ts";
import type { Stored } from "#schema/stored.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { checkpointOf } from "./checkpoint.ts";
import { foldedOf, type TaskRow } from "./task-row.ts";

const DEFAULT_LIMIT = 20;

/** What a task that measured a host's disk found. */
export interface DiskResult {
  readonly task: string;
  readonly result: Stored<unknown>;
}

/** The results of a host's completed `docker.disk-usage` tasks, the newest first. */
export const diskResults = async (
  sql: TransactionSql,
  host: string,
  limit: number,
): Promise<DiskResult[]> => [
  ...(await sql<DiskResult[]>`
    select id as task, context -> 'result' as result from tasks
    where host = ${host} and type = 'docker.disk-usage' and top = 'completed'
      and jsonb_typeof(context -> 'result') = 'object'
    order by born desc limit ${limit}`),
];

/** A host's maintenance tasks, the newest first, and what the items of each gave back. */
export const hostRuns = async (
  sql: TransactionSql,
  host: string,
  limit = DEFAULT_LIMIT,
): Promise<Page<HostRun>> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<(TaskRow & { freed: string })[]>`
    select t.id, t.born, t.seq, t.n, t.state, t.started_at, t.settled_at, t.updated_at, t.stuck, p.progress,
      (t.context - '{marks,plan,checkpoint,result}'::text[]) #- '{definition,payload}' as context,
      (select coalesce(sum(items.freed), 0) from items where items.task_id = t.id) as freed
    from tasks t left join progress p on p.task_id = t.id
    where t.host = ${host} order by t.born desc limit ${limit}`;
  const items = rows.map((row) => ({
    ...summaryOf(foldedOf(row), row.progress),
    freed: Number(row.freed),
  }));
  return { items, asOf };
};
