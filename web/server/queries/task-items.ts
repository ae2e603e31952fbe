import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { ItemRow, Page } from "#schema/api.ts";
import type { PlanItem } from "#schema/items.ts";
import type { ItemFilter, ItemsQuery, ItemsSummary, ItemTotal } from "#schema/ledger-api.ts";
import { checkpointOf } from "./checkpoint.ts";
import { beginningWith, containing } from "./task-filter.ts";

type Fragment = ReturnType<TransactionSql>;

const DEFAULT_LIMIT = 1_000;
/** The column holds no more. */
const LAST_INDEX = 2 ** 31 - 1;

interface Row extends Pick<ItemRow, "index" | "id" | "name" | "outcome" | "code" | "message" | "ms"> {
  readonly skip: string | null;
  readonly note: string | null;
  readonly kind: ItemRow["kind"] | null;
  /** Columns of 64 bits come as text. */
  readonly bytes: string | null;
  readonly freed: string | null;
  readonly details: Partial<PlanItem> | null;
  readonly answer: string | null;
  readonly at: Date | null;
  readonly attempt: number | null;
}

const itemRow = ({ skip, note, kind, bytes, freed, details, at, ...row }: Row): ItemRow => ({
  ...details,
  ...row,
  ...(skip === null ? {} : { skip }),
  ...(note === null ? {} : { note }),
  ...(kind === null || kind === undefined ? {} : { kind }),
  ...(bytes === null ? {} : { bytes: Number(bytes) }),
  freed: freed === null ? null : Number(freed),
  at: at?.toISOString() ?? null,
});

/** What an id or its beginning may look like in people's hands: images without what hash it is. */
export const idBegins = (sql: TransactionSql, column: Fragment, id: string): Fragment =>
  sql`(${column} like ${beginningWith(id)} or ${column} like ${beginningWith(`sha256:${id}`)})`;

const conditions = (sql: TransactionSql, { outcome, kind, text }: ItemFilter): Fragment => {
  const all: Fragment[] = [];
  if (outcome !== undefined) {
    const words = outcome.split(",");
    const open = words.includes("open") ? sql`outcome is null` : sql`false`;
    all.push(sql`(outcome = any(${words}::text[]) or ${open})`);
  }
  if (kind !== undefined) all.push(sql`kind = any(${kind.split(",")}::text[])`);
  if (text !== undefined) all.push(sql`(name ilike ${containing(text)} or ${idBegins(sql, sql`id`, text)})`);
  return all.reduce((before, next) => sql`${before} and ${next}`, sql`true`);
};

/** What became of each planned item, in the plan's order, after an index (exclusive). */
export const listItems = async (
  sql: TransactionSql,
  id: string,
  { after = -1, limit = DEFAULT_LIMIT, ...filter }: ItemsQuery,
): Promise<Page<ItemRow>> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<Row[]>`
    select "index", id, name, skip, note, kind, bytes, freed, details, answer, outcome, code, message, ms, at, attempt
    from items
    where task_id = ${id} and "index" > ${Math.min(after, LAST_INDEX)} and ${conditions(sql, filter)}
    order by "index" limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(itemRow);
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: String(last.index) } : {}), asOf };
};

/** The number of the plan whose items a task has now; null when it has none. */
export const planOfItems = async (sql: TransactionSql, id: string): Promise<number | null> => {
  const [row] = await sql<{ plan: string | null }[]>`
    select context #>> '{plan,number}' as plan from tasks where id = ${id}`;
  return row?.plan == null ? null : Number(row.plan);
};

/** How many items of each kind stand how, and what they gave back. */
export const sumItems = async (sql: TransactionSql, id: string): Promise<ItemsSummary> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<
    (Pick<ItemTotal, "kind" | "outcome"> & Record<"count" | "bytes" | "freed", string>)[]
  >`
    select kind, outcome, count(*) as count, coalesce(sum(bytes), 0) as bytes, coalesce(sum(freed), 0) as freed
    from items where task_id = ${id} group by kind, outcome order by kind nulls first, outcome nulls first`;
  const totals = rows.map(({ kind, outcome, count, bytes, freed }) => ({
    kind,
    outcome,
    count: Number(count),
    bytes: Number(bytes),
    freed: Number(freed),
  }));
  return {
    count: totals.reduce((sum, { count }) => sum + count, 0),
    freed: totals.reduce((sum, { freed }) => sum + freed, 0),
    totals,
    asOf,
  };
};

/** The ids of the items something was done to, in the plan's order. */
export const doneItems = async (sql: TransactionSql, id: string): Promise<string[]> => {
  const rows = await sql<{ id: string }[]>`
    select id from items where task_id = ${id} and outcome = 'done' order by "index"`;
  return rows.map((row) => row.id);
};
