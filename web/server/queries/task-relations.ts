import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { TaskLink, TaskLinks } from "#schema/api.ts";

/** Shown with a task; who wants them all asks the list of tasks. */
const MOST_LINKS = 100;

export interface Relations {
  /** Those of the named tasks that the read model knows. */
  readonly named: ReadonlyMap<string, TaskLink>;
  readonly followers: TaskLinks;
  readonly children: TaskLinks;
  readonly retries: TaskLinks;
}

type Fragment = ReturnType<TransactionSql>;

const linksWhere = async (sql: TransactionSql, condition: Fragment): Promise<TaskLinks> => {
  const items = await sql<TaskLink[]>`
    select id, name, state from tasks where ${condition} order by born limit ${MOST_LINKS}`;
  if (items.length < MOST_LINKS) return { items: [...items], total: items.length };
  const [row] = await sql<{ total: string }[]>`select count(*) as total from tasks where ${condition}`;
  return { items: [...items], total: Number(row?.total ?? 0) };
};

/** What a task has to do with others: those it names, and those that name it. */
export const readRelations = async (
  sql: TransactionSql,
  id: string,
  named: readonly string[],
): Promise<Relations> => {
  const rows =
    named.length === 0
      ? []
      : await sql<TaskLink[]>`select id, name, state from tasks where id = any(${[...named]}::text[])`;
  return {
    named: new Map(rows.map((row) => [row.id, row])),
    followers: await linksWhere(sql, sql`comes_after @> array[${id}]`),
    children: await linksWhere(sql, sql`parent = ${id}`),
    retries: await linksWhere(sql, sql`retry_of = ${id}`),
  };
};
