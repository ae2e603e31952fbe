import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { ItemRow, Page } from "#schema/api.ts";
import type { PlanItem } from "#schema/items.ts";
import { checkpointOf } from "./checkpoint.ts";

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

/** What became of each planned item, in the plan's order, after an index (exclusive). */
export const listItems = async (
  sql: TransactionSql,
  id: string,
  { after = -1, limit = DEFAULT_LIMIT }: { after?: number; limit?: number },
): Promise<Page<ItemRow>> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<Row[]>`
    select "index", id, name, skip, note, kind, bytes, freed, details, answer, outcome, code, message, ms, at, attempt
    from items
    where task_id = ${id} and "index" > ${Math.min(after, LAST_INDEX)} order by "index" limit ${limit + 1}`;
  const items = rows.slice(0, limit).map(itemRow);
  const last = items.at(-1);
  return { items, ...(rows.length > limit && last ? { next: String(last.index) } : {}), asOf };
};
