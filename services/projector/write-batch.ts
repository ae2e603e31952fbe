import type { Objects } from "#infra/nats/objects.ts";
import type { Log } from "#infra/log.ts";
import type { TransactionSql } from "#infra/postgres/connect.ts";
import { type Checkpoint, holdCheckpoint, moveCheckpoint } from "./checkpoint.ts";
import { foldFacts, taskIdsOf } from "./fold-facts.ts";
import type { LiveTasks } from "./live-tasks.ts";
import { writeBatchResults } from "./projections/batch-results.ts";
import { writeFacts } from "./projections/facts.ts";
import { writeItems } from "./projections/items.ts";
import { writeQueueCounts } from "./projections/queue-counts.ts";
import { writeRecords } from "./projections/records.ts";
import { writeRunners } from "./projections/runners.ts";
import { runnersIn } from "./projections/maintained-host.ts";
import { writeTasks } from "./projections/tasks.ts";
import { together } from "./together.ts";
import type { ReadFact } from "./verify.ts";

/** What folding needs besides the transaction. `live` must not be used again after a transaction that failed. */
export interface Folding {
  readonly live: LiveTasks;
  readonly objects: () => Objects;
  readonly log: Log;
}

/** Where the checkpoint stands now, and why not all facts were taken, if so. */
export interface Written {
  readonly at: Checkpoint;
  readonly trouble: unknown;
}

/** Writes verified facts that follow the checkpoint, in the transaction. Throws CheckpointMoved. */
export const writeBatch = async (
  tx: TransactionSql,
  folding: Folding,
  from: Checkpoint,
  read: readonly ReadFact[],
): Promise<Written> => {
  const [, known] = await together([
    holdCheckpoint(tx, "journal", from),
    folding.live.load(tx, taskIdsOf(read)),
  ]);
  const folded = foldFacts(known, read);
  const { facts, changed, trouble } = folded;
  const last = facts.at(-1);
  if (last === undefined) return { at: from, trouble };
  const at = { seq: last.seq, hash: last.hash, incarnation: from.incarnation };
  await together([
    writeFacts(tx, facts),
    writeTasks(tx, [...changed.values()], runnersIn(facts)),
    writeQueueCounts(tx, known, changed),
    writeItems(tx, folded, folding),
    writeRunners(tx, facts),
    writeRecords(tx, facts),
    writeBatchResults(tx, facts),
    moveCheckpoint(tx, "journal", { from, to: at }),
  ]);
  folding.live.keep(changed);
  return { at, trouble };
};
