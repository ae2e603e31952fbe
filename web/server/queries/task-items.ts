import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { ItemRow, Page } from "#schema/api.ts";
import { checkpointOf } from "./checkpoint.ts";

const DEFAULT_LIMIT = 1_000;
/** The column holds no more. */
const LAST_INDEX = 2 ** 31 - 1;

type Row = Omit<ItemRow, "at" | "skip" | "note"> & {
  readonly at: Date | null;
  readonly skip: string | null;
  readonly note: string | null;
};

const itemRow = ({ skip, note, at, ...row }: Row): ItemRow => ({
  ...row,
  ...(skip === null ? {} : { skip }),
  ...(note === null ? {} : { note }),
  at: at?.toISOString() ?? null,
});

/** What became of each planned item, in the plan's order, after an index (exclusive). */
export const listItems = async (
  sql: TransactionSql,
  id: string,
  { after = -1, limit = DEFAULT_LIMIT }: { after?: number; limit?: number },
): Promise<Page<ItemRow>> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<Row[]>`
    select "index", id, name, skip, note, outcome, code, message, ms, at, attempt from items
    where task_id = ${id} and "index" > ${Math.min(after, LAST_INDEX)} order by "index" limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(itemRow);
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: String(last.index) } : {}), asOf };
};
