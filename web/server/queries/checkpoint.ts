import type { TransactionSql } from "#infra/postgres/connect.ts";

/** How far the projector has read a stream: its sequence, 0 before the first. */
export const checkpointOf = async (sql: TransactionSql, name: "journal" | "telemetry"): Promise<number> => {
  const [row] = await sql<{ seq: string }[]>`select seq from checkpoints where name = ${name}`;
  return Number(row?.seq ?? 0);
};
