import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { TaskFilter } from "#schema/record-api.ts";
import { tagOf, TASK_STATES } from "#schema/task.evolve.ts";
import { wrongQuery } from "../validation.ts";

type Fragment = ReturnType<TransactionSql>;

const TAGS = ["waiting", "active", "settled"];

/** The states that states and tags, comma separated, name; throws a 400 problem that names the valid ones. */
const statesOf = (text: string): string[] => {
  const words = text.split(",").map((word) => word.trim());
  const unknown = words.find(
    (word) => !TAGS.includes(word) && !(TASK_STATES as readonly string[]).includes(word),
  );
  if (unknown !== undefined) {
    throw wrongQuery("/state", `"${unknown}" is no state; there are ${[...TASK_STATES, ...TAGS].join(", ")}`);
  }
  return TASK_STATES.filter((state) => words.includes(state) || words.includes(tagOf(state)));
};

/** As it stands in a pattern: % and _ mean themselves. */
const literally = (text: string): string => text.replace(/[\\%_]/g, (char) => `\\${char}`);

/** A pattern that finds the text as it is. */
export const containing = (text: string): string => `%${literally(text)}%`;

/** A pattern for what begins with the text as it is. */
export const beginningWith = (text: string): string => `${literally(text)}%`;

/** Filters that ask for one value of one column. */
const COLUMNS = {
  type: "type",
  queue: "queue",
  parent: "parent",
  retryOf: "retry_of",
  schedule: "schedule",
  fingerprint: "fingerprint",
} as const satisfies Partial<Record<keyof TaskFilter, string>>;

const equalities = (sql: TransactionSql, query: TaskFilter): Fragment[] =>
  (Object.keys(COLUMNS) as (keyof typeof COLUMNS)[]).flatMap((key) => {
    const value = query[key];
    return value === undefined ? [] : [sql`t.${sql(COLUMNS[key])} = ${value}`];
  });

const hasLabel = (sql: TransactionSql, label: string): Fragment => {
  const [key = "", ...rest] = label.split("=");
  return rest.length > 0 ? sql`t.labels ->> ${key} = ${rest.join("=")}` : sql`t.labels ? ${key}`;
};

/** Where the two things stand that change in the life of a task: in its row, unless a query is about an earlier moment. */
export interface Changing {
  readonly top: Fragment;
  readonly priority: Fragment;
}

/** What a row `t` of `tasks` must meet, as one condition. Throws a 400 problem for a state there is not. */
export const taskConditions = (
  sql: TransactionSql,
  query: TaskFilter,
  changing: Changing = { top: sql`t.top`, priority: sql`t.priority` },
): Fragment => {
  const { state, priority, label, text, after, from, to } = query;
  const all = equalities(sql, query);
  if (state !== undefined) all.push(sql`${changing.top} = any(${statesOf(state)})`);
  if (priority !== undefined) all.push(sql`${changing.priority} = ${priority}`);
  if (label !== undefined) all.push(hasLabel(sql, label));
  if (text !== undefined) all.push(sql`(t.name ilike ${containing(text)} or t.id = ${text})`);
  if (after !== undefined) all.push(sql`t.comes_after @> array[${after}]`);
  if (from !== undefined) all.push(sql`t.submitted_at >= ${from}::timestamptz`);
  if (to !== undefined) all.push(sql`t.submitted_at < ${to}::timestamptz`);
  return all.reduce((before, next) => sql`${before} and ${next}`, sql`true`);
};
