import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { DeadLetterGroup } from "#schema/record-api.ts";
import { checkpointOf } from "./checkpoint.ts";

const MOST_GROUPS = 500;

interface Stored {
  readonly fingerprint: string;
  readonly type: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly count: string;
  readonly first: Date;
  readonly last: Date;
}

/** Failed tasks by what they have in common, the group that failed last first. */
export const listDeadLetters = async (
  sql: TransactionSql,
): Promise<{ readonly items: readonly DeadLetterGroup[]; readonly asOf: number }> => {
  const asOf = await checkpointOf(sql, "journal");
  const rows = await sql<Stored[]>`
    select g.fingerprint, g.count, g.first, g.last, sample.type,
      sample.context #>> '{error,code}' as code, sample.context #>> '{error,message}' as message
    from (
      select fingerprint, count(*) as count, min(settled_at) as first, max(settled_at) as last, max(born) as sample
      from tasks where fingerprint is not null group by fingerprint
      order by max(settled_at) desc limit ${MOST_GROUPS}
    ) as g
    join tasks sample on sample.fingerprint = g.fingerprint and sample.born = g.sample
    order by g.last desc`;
  const items = rows.map(({ count, first, last, code, message, ...row }) => ({
    ...row,
    code: code ?? "",
    message: message ?? "",
    count: Number(count),
    first: first.toISOString(),
    last: last.toISOString(),
  }));
  return { items, asOf };
};
