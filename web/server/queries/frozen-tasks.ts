import type { TransactionSql } from "#infra/postgres/connect.ts";
import { BATCH_LIMIT } from "#schema/batch.ts";
import type { TaskFilter } from "#schema/record-api.ts";
import { type Changing, taskConditions } from "./task-filter.ts";

/**
 * The ids of the tasks that met a filter when the journal ended at `asOf`, oldest first: what was submitted or changed
 * since counts as it was then. One more than a batch may hold when there are more.
 */
export const frozenTasks = async (
  sql: TransactionSql,
  filter: TaskFilter,
  asOf: number,
): Promise<string[]> => {
  const past: Changing = { top: sql`past.top`, priority: sql`past.priority` };
  const rows = await sql<{ id: string }[]>`
    with changed as (select distinct task_id from facts where seq > ${asOf} and task_id is not null)
    select id from (
      select t.id, t.born from tasks t
      where t.seq <= ${asOf} and ${taskConditions(sql, filter)}
      union all
      select t.id, t.born from changed
      join tasks t on t.id = changed.task_id
      cross join lateral (
        select split_part(f.fact ->> 'to', '.', 1) as top, coalesce(
          (select p.fact #>> '{data,priority}' from facts p
            where p.task_id = t.id and p.seq <= ${asOf} and p.type = 'reprioritised' order by p.seq desc limit 1),
          t.context #>> '{definition,priority}') as priority
        from facts f where f.task_id = t.id and f.seq <= ${asOf} order by f.seq desc limit 1
      ) as past
      where t.born <= ${asOf} and ${taskConditions(sql, filter, past)}
    ) as frozen
    order by born
    limit ${BATCH_LIMIT + 1}`;
  return rows.map(({ id }) => id);
};
