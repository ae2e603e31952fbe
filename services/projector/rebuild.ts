import type { NatsConnection } from "#infra/nats/connect.ts";
import { connectNats } from "#infra/nats/connect.ts";
import { streamExtent } from "#infra/nats/follow.ts";
import { openObjects } from "#infra/nats/objects.ts";
import type { Log } from "#infra/log.ts";
import { connectSql, type TransactionSql } from "#infra/postgres/connect.ts";
import { migrate } from "#infra/postgres/migrate.ts";
import { GENESIS } from "#schema/envelope.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { readBatches } from "./batch.ts";
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts";
import { LiveTasks } from "./live-tasks.ts";
import { lockForRebuild, noteRebuild } from "./rebuild-lock.ts";
import { Gap, haltAtGap, refuseMisfit, verifyAll } from "./verify.ts";
import { writeBatch } from "./write-batch.ts";

interface RebuildOptions {
  readonly natsUrl: string;
  readonly seedFile: string | null;
  readonly databaseUrl: string;
  readonly log: Log;
}

/** How much was refolded. */
export interface Rebuilt {
  readonly facts: number;
  readonly tasks: number;
}

interface Refolding {
  readonly tx: TransactionSql;
  readonly connection: NatsConnection;
  readonly log: Log;
}

/** More than a live batch: nobody waits for a row here. */
const MOST_FACTS = 2_000;

const empty = async (tx: TransactionSql): Promise<void> => {
  // DELETE, not TRUNCATE: people go on reading the old rows until the new ones are committed.
  await tx`delete from facts`;
  await tx`delete from tasks`;
  await tx`delete from items`;
  await tx`delete from ledger`;
  await tx`delete from runners`;
  await tx`delete from queue_counts`;
  await tx`delete from records`;
  await tx`delete from batch_results`;
  await tx`delete from checkpoints where name = 'journal'`;
};

const refold = async ({ tx, connection, log }: Refolding, start: Checkpoint, end: number): Promise<void> => {
  const folding = { live: new LiveTasks(), objects: () => openObjects(connection), log };
  const batches = await readBatches(connection, { stream: JOURNAL, from: 1, most: MOST_FACTS, linger: 20 });
  try {
    let at = start;
    while (at.seq < end) {
      const messages = (await batches.next()) ?? [];
      const { facts, trouble } = verifyAll(
        at,
        messages.filter(({ seq }) => seq <= end),
      );
      const written =
        facts.length === 0 ? { at, trouble: undefined } : await writeBatch(tx, folding, at, facts);
      const problem = written.trouble ?? trouble;
      if (problem !== undefined) throw problem instanceof Gap ? haltAtGap(problem) : problem;
      at = written.at;
    }
  } finally {
    await batches.stop();
  }
};

const countRows = async (tx: TransactionSql): Promise<Rebuilt> => {
  const [row] = await tx<{ facts: string; tasks: string }[]>`
    select (select count(*) from facts) as facts, (select count(*) from tasks) as tasks`;
  return { facts: Number(row?.facts), tasks: Number(row?.tasks) };
};

/**
 * Empties everything derived from the journal and folds it again up to the journal's present end, in one transaction:
 * readers see the old read model until the new one is whole, and an error leaves the old one as it was. A running
 * projector waits, then goes on from there. Throws Fatal where the journal itself cannot be trusted.
 */
export const rebuild = async ({ natsUrl, seedFile, databaseUrl, log }: RebuildOptions): Promise<Rebuilt> => {
  await migrate(databaseUrl);
  const connection = await connectNats({ url: natsUrl, seedFile, user: "projector" });
  const sql = connectSql(databaseUrl, 1);
  try {
    return await sql.begin(async (tx) => {
      await lockForRebuild(tx);
      const extent = await streamExtent(connection, JOURNAL);
      refuseMisfit({ seq: 0, hash: GENESIS, incarnation: extent.created }, extent);
      await empty(tx);
      await refold({ tx, connection, log }, await openCheckpoint(tx, "journal", extent.created), extent.last);
      await noteRebuild(tx);
      return countRows(tx);
    });
  } finally {
    await sql.end({ timeout: 2 });
    await connection.close();
  }
};
