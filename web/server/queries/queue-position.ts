import type { TransactionSql } from "#infra/postgres/connect.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { Priority } from "#schema/task.definition.ts";
import { rank } from "#schema/task.order.ts";
import { checkpointOf } from "./checkpoint.ts";

/** Where a queued task stands among all that are queued: 1 is next. Null while the read model does not know it yet. */
export const queuePosition = async (
  sql: TransactionSql,
  task: { readonly priority: Priority; readonly born: number },
): Promise<{ position: number; of: number } | null> => {
  if ((await checkpointOf(sql, "journal")) < task.born) return null;
  const before = PRIORITIES.slice(0, rank(task.priority));
  const [row] = await sql<{ ahead: string; total: string }[]>`
    select count(*) as total, count(*) filter (
      where priority = any(${[...before]}) or (priority = ${task.priority} and born < ${task.born})
    ) as ahead
    from tasks where top = 'queued'`;
  const position = Number(row?.ahead ?? 0) + 1;
  return { position, of: Math.max(position, Number(row?.total ?? 0)) };
};
