import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { TaskFact } from "#schema/envelope.ts";

/** Who last asked for a pause, and why; null when the read model knows of none. */
export const pausedBy = async (
  sql: TransactionSql,
  id: string,
): Promise<{ who: string; reason: string | null } | null> => {
  const [row] = await sql<{ fact: TaskFact }[]>`
    select fact from facts where task_id = ${id} and type in ('held', 'pause-requested') order by seq desc limit 1`;
  return row ? { who: row.fact.actor.id, reason: row.fact.reason } : null;
};
