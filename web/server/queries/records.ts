import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Page } from "#schema/api.ts";
import type { RecordFact } from "#schema/envelope.ts";
import type { RecordKind, RecordValue } from "#schema/record.ts";
import type { RecordEventRow } from "#schema/record-api.ts";
import { checkpointOf } from "./checkpoint.ts";

const DEFAULT_LIMIT = 100;

/** A record and the sequence of its latest fact. */
export type Row<K extends RecordKind> = RecordValue<K> & { readonly seq: number };

interface Stored<K extends RecordKind> {
  readonly seq: string;
  readonly born: string;
  readonly value: RecordValue<K>;
}

/** One record as the read model has it; null when it has none. */
export const readRecord = async <K extends RecordKind>(
  sql: TransactionSql,
  kind: K,
  id: string,
): Promise<Row<K> | null> => {
  const [row] = await sql<Stored<K>[]>`
    select seq, value from records where kind = ${kind} and id = ${id}`;
  return row ? { ...row.value, seq: Number(row.seq) } : null;
};

/** The records of a kind, the latest made first; `cursor` is what a page answered as `next`. */
export const listRecords = async <K extends RecordKind>(
  sql: TransactionSql,
  kind: K,
  { limit = DEFAULT_LIMIT, cursor }: { limit?: number; cursor?: string } = {},
): Promise<Page<Row<K>>> => {
  const asOf = await checkpointOf(sql, "journal");
  const before = cursor === undefined ? sql`true` : sql`born < ${cursor}`;
  // The ids of a batch are as large as all the rest of it, and no list shows them.
  const rows = await sql<Stored<K>[]>`
    select seq, born, case kind when 'batch' then value - '{tasks,resultsAt}'::text[] else value end as value from records
    where kind = ${kind} and ${before} order by born desc limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const oldest = page.at(-1);
  return {
    items: page.map(({ seq, value }) => ({ ...value, seq: Number(seq) })),
    ...(rows.length > limit && oldest ? { next: oldest.born } : {}),
    asOf,
  };
};

/** The facts about one record after a journal sequence, oldest first. */
export const listRecordEvents = async (
  sql: TransactionSql,
  about: RecordFact["about"],
  { after = 0, limit = DEFAULT_LIMIT }: { after?: number; limit?: number },
): Promise<Page<RecordEventRow>> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<{ seq: string; fact: RecordFact }[]>`
    select seq, fact - 'after' as fact from facts
    where about = ${`${about.kind}:${about.id}`} and seq > ${after} order by seq limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(({ seq, fact: { type, at, actor, reason, data } }) => ({
    seq: Number(seq),
    type,
    at,
    actor,
    reason,
    data,
  }));
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: String(last.seq) } : {}), asOf };
};
