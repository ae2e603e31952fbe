import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { LogRow, Page } from "#schema/api.ts";
import { checkpointOf } from "./checkpoint.ts";

const DEFAULT_LIMIT = 500;

/** Output of a task after a telemetry sequence, oldest first. `asOf` is a telemetry sequence too. */
export const listLogs = async (
  sql: TransactionSql,
  id: string,
  { after = 0, limit = DEFAULT_LIMIT }: { after?: number; limit?: number },
): Promise<Page<LogRow>> => {
  const asOf = await checkpointOf(sql, "telemetry");
  const rows = await sql<(Omit<LogRow, "seq" | "at"> & { seq: string; at: Date })[]>`
    select seq, attempt, at, stream, text, dropped from logs
    where task_id = ${id} and seq > ${after} order by seq limit ${limit + 1}`;
  const items = rows
    .slice(0, limit)
    .map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: String(last.seq) } : {}), asOf };
};
