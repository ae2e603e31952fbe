import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Page } from "#schema/api.ts";
import type { BatchResultRow, BatchResultsQuery } from "#schema/record-api.ts";
import { checkpointOf } from "./checkpoint.ts";

const DEFAULT_LIMIT = 500;

interface Stored {
  readonly seq: string;
  readonly index: number;
  readonly task: string;
  readonly ok: boolean;
  readonly state: string;
  readonly why: string | null;
  readonly before: string | null;
}

const resultOf = ({ task, ok, state, why, before }: Stored): BatchResultRow => ({
  task,
  ok,
  state,
  ...(why === null ? {} : { why }),
  before,
});

/** What became of each task of a batch, in the order it was done. */
export const listBatchResults = async (
  sql: TransactionSql,
  batch: string,
  { limit = DEFAULT_LIMIT, cursor, ok }: BatchResultsQuery,
): Promise<Page<BatchResultRow>> => {
  const asOf = await checkpointOf(sql, "journal");
  const [seq = "0", index = "0"] = (cursor ?? "0.0").split(".");
  const rows = await sql<Stored[]>`
    select seq, "index", task, ok, state, why, before from batch_results
    where batch = ${batch} and (seq, "index") > (${seq}, ${index})
      ${ok === undefined ? sql`` : sql`and ok = ${ok}`}
    order by seq, "index" limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    items: page.map(resultOf),
    ...(rows.length > limit && last ? { next: `${last.seq}.${last.index}` } : {}),
    asOf,
  };
};
