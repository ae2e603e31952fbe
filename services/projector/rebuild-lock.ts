import type { Sql, TransactionSql } from "#infra/postgres/connect.ts";

/** Any number will do, as long as nobody else in this database uses it. */
const LOCK = 7_400_002;

/** Row of the checkpoints table that counts rebuilds, so that a projector can tell a rebuild from a rival. */
const COUNTER = "rebuilds";

/** Waits for a rebuild to end and keeps the next one out until the transaction ends. A crash of Postgres may lose the latest batches: they are read again. */
export const shareWithRebuild = async (tx: TransactionSql): Promise<void> => {
  await tx`select pg_advisory_xact_lock_shared(${LOCK}), set_config('synchronous_commit', 'off', true)`;
};

/** Keeps every batch of a projector, and every other rebuild, out until the transaction ends. */
export const lockForRebuild = async (tx: TransactionSql): Promise<void> => {
  await tx`select pg_advisory_xact_lock(${LOCK})`;
};

/** How often this read model was rebuilt. */
export const countRebuilds = async (sql: Sql | TransactionSql): Promise<number> => {
  const [row] = await sql<{ seq: string }[]>`select seq from checkpoints where name = ${COUNTER}`;
  return Number(row?.seq ?? 0);
};

export const noteRebuild = async (tx: TransactionSql): Promise<void> => {
  await tx`insert into checkpoints (name, seq, hash, incarnation) values (${COUNTER}, 1, '', '')
    on conflict (name) do update set seq = checkpoints.seq + 1`;
};
