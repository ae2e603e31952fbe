import type { Sql, TransactionSql } from "#infra/postgres/connect.ts";
import type { Hash } from "#schema/envelope.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { tagOf } from "#schema/task.evolve.ts";

/** A folded task and the hash of its latest fact, which the next one must carry. */
export interface LiveTask {
  readonly task: FoldedTask;
  readonly hash: Hash;
}

/** A context is at most about 50 KiB (a payload of 32 KiB and 10,000 marks), so these are at most 100 MiB. */
const MOST_KEPT = 2_000;

interface Row {
  id: string;
  born: string;
  seq: string;
  n: number;
  state: string;
  context: TaskContext;
  started_at: Date | null;
  settled_at: Date | null;
  updated_at: Date;
  stuck: FoldedTask["stuck"];
  hash: Hash;
}

const fromRow = (row: Row): LiveTask => ({
  hash: row.hash,
  task: {
    id: row.id,
    n: row.n,
    born: Number(row.born),
    seq: Number(row.seq),
    state: row.state,
    context: row.context,
    startedAt: row.started_at?.toISOString() ?? null,
    settledAt: row.settled_at?.toISOString() ?? null,
    updatedAt: row.updated_at.toISOString(),
    stuck: row.stuck,
  },
});

/** The tasks that changed lately, so that most batches need not load theirs. Only valid while nobody else writes. */
export class LiveTasks {
  readonly #kept = new Map<string, LiveTask>();

  /** The tasks of these ids as the read model has them; absent when it has none. */
  async load(sql: Sql | TransactionSql, ids: ReadonlySet<string>): Promise<Map<string, LiveTask>> {
    const found = new Map<string, LiveTask>();
    const missing: string[] = [];
    for (const id of ids) {
      const live = this.#kept.get(id);
      if (live) found.set(id, live);
      else missing.push(id);
    }
    if (missing.length === 0) return found;
    const rows = await sql<Row[]>`select t.id, t.born, t.seq, t.n, t.state, t.context, t.started_at,
      t.settled_at, t.updated_at, t.stuck, f.hash from tasks t join facts f on f.seq = t.seq
      where t.id = any(${missing}::text[])`;
    for (const row of rows) found.set(row.id, fromRow(row));
    return found;
  }

  /** Keeps what was committed; settled tasks are let go, then the ones unchanged the longest. */
  keep(changed: ReadonlyMap<string, LiveTask>): void {
    for (const [id, live] of changed) {
      this.#kept.delete(id);
      if (tagOf(live.task.state) !== "settled") this.#kept.set(id, live);
    }
    for (const id of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT) break;
      this.#kept.delete(id);
    }
  }
}
