import type { Sql } from "#infra/postgres/connect.ts";
import { type Fact, isTaskFact } from "#schema/envelope.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";

/** MD5 over all rows of each table that is derived from the journal, ordered by key. */
export const digestOf = async (sql: Sql): Promise<Record<string, string>> => {
  const digest = async (table: string, key: string): Promise<string> => {
    const [row] = await sql.unsafe(
      `select count(*) || ':' || coalesce(md5(string_agg(row::text, E'\\n' order by ${key})), '') as digest from ${table} as row`,
    );
    return String(row?.["digest"]);
  };
  return {
    facts: await digest("facts", "seq"),
    tasks: await digest("tasks", "id"),
    items: await digest("items", "task_id, index"),
    ledger: await digest("ledger", "seq, place"),
    runners: await digest("runners", "id"),
    queueCounts: await digest("queue_counts", "queue, top, priority"),
    records: await digest("records", "kind, id"),
    batchResults: await digest("batch_results", "batch, seq, index"),
    checkpoint: await digest("(select * from checkpoints where name = 'journal')", "name"),
  };
};

/** The tasks a list of facts makes, folded without the projector. */
export const foldAll = (facts: readonly { seq: number; fact: Fact }[]): FoldedTask[] => {
  const tasks = new Map<string, FoldedTask>();
  for (const { seq, fact } of facts) {
    if (isTaskFact(fact)) tasks.set(fact.taskId, fold(tasks.get(fact.taskId) ?? null, seq, fact));
  }
  return [...tasks.values()].toSorted((a, b) => a.born - b.born);
};

/** The tasks as the read model has them. */
export const tasksIn = async (sql: Sql): Promise<FoldedTask[]> => {
  const moment = (value: unknown): string | null => (value instanceof Date ? value.toISOString() : null);
  const rows = await sql`select * from tasks order by born`;
  return rows.map((row) => ({
    id: row["id"] as string,
    n: row["n"] as number,
    born: Number(row["born"]),
    seq: Number(row["seq"]),
    state: row["state"] as string,
    context: row["context"] as FoldedTask["context"],
    startedAt: moment(row["started_at"]),
    settledAt: moment(row["settled_at"]),
    updatedAt: moment(row["updated_at"]) ?? "",
    stuck: row["stuck"] as FoldedTask["stuck"],
  }));
};

/** The exact bytes of every stored fact, in order. */
export const bytesIn = async (sql: Sql): Promise<string[]> => {
  const rows = await sql<{ bytes: Buffer }[]>`select bytes from facts order by seq`;
  return rows.map(({ bytes }) => bytes.toString("utf8"));
};
