import type { TransactionSql } from "#infra/postgres/connect.ts";

/** How many active tasks each runner holds. */
export const runnerLoad = async (sql: TransactionSql): Promise<ReadonlyMap<string, number>> => {
  const rows = await sql<{ runner: string; busy: string }[]>`
    select context ->> 'runner' as runner, count(*) as busy from tasks
    where tag = 'active' and context ->> 'runner' is not null group by 1`;
  return new Map(rows.map(({ runner, busy }) => [runner, Number(busy)]));
};
