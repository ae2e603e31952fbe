import type { Sql, TransactionSql } from "#infra/postgres/connect.ts";
import { GENESIS, type Hash } from "#schema/envelope.ts";

/** How far a projection has read: the last message and its hash, and the creation time of the stream it belongs to. */
export interface Checkpoint {
  readonly seq: number;
  readonly hash: Hash;
  readonly incarnation: string;
}

export type ProjectionName = "journal" | "telemetry";

/** Somebody else moved the checkpoint since it was read: the race is lost, and what was folded on it is worthless. */
export class CheckpointMoved extends Error {
  override readonly name = "CheckpointMoved";
}

interface Row {
  seq: string;
  hash: string;
  incarnation: string;
}

/** The checkpoint as it stands; made at the beginning of `incarnation` when there is none yet. */
export const openCheckpoint = async (
  sql: Sql | TransactionSql,
  name: ProjectionName,
  incarnation: string,
): Promise<Checkpoint> => {
  await sql`insert into checkpoints (name, seq, hash, incarnation)
    values (${name}, 0, ${GENESIS}, ${incarnation}) on conflict (name) do nothing`;
  const [row] = await sql<Row[]>`select seq, hash, incarnation from checkpoints where name = ${name}`;
  if (row === undefined) throw new CheckpointMoved(`the checkpoint "${name}" vanished`);
  return { seq: Number(row.seq), hash: row.hash, incarnation: row.incarnation };
};

/** Keeps others from the checkpoint until the transaction ends. Throws CheckpointMoved when it is not where we left it. */
export const holdCheckpoint = async (
  tx: TransactionSql,
  name: ProjectionName,
  expected: Checkpoint,
): Promise<void> => {
  const held = await tx`select 1 from checkpoints where name = ${name} and seq = ${expected.seq}
    and hash = ${expected.hash} and incarnation = ${expected.incarnation} for update`;
  if (held.length !== 1)
    throw new CheckpointMoved(`the checkpoint "${name}" is no longer at ${expected.seq}`);
};

/** Compare and set. Throws CheckpointMoved when it is not where we left it. */
export const moveCheckpoint = async (
  tx: TransactionSql,
  name: ProjectionName,
  { from, to }: { readonly from: Checkpoint; readonly to: Checkpoint },
): Promise<void> => {
  const moved =
    await tx`update checkpoints set seq = ${to.seq}, hash = ${to.hash}, incarnation = ${to.incarnation}
      where name = ${name} and seq = ${from.seq} and incarnation = ${from.incarnation}`;
  if (moved.count !== 1) throw new CheckpointMoved(`the checkpoint "${name}" is no longer at ${from.seq}`);
};
