import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Page, TaskListQuery, TaskSummary } from "#schema/api.ts";
import { TASK_STATES } from "#schema/task.evolve.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { HttpProblem } from "../problems.ts";
import { checkpointOf } from "./checkpoint.ts";
import { foldedOf, type TaskRow } from "./task-row.ts";

const DEFAULT_LIMIT = 50;
const TAGS = ["waiting", "active", "settled"];

const wrong = (path: string, message: string): HttpProblem =>
  new HttpProblem(400, `${path.slice(1)}: ${message}.`, { details: [{ path, message }] });

/** States and tags, told apart; throws a 400 problem that names the valid ones. */
const statesOf = (text: string): { states: string[]; tags: string[] } => {
  const words = text.split(",").map((word) => word.trim());
  const unknown = words.find(
    (word) => !TAGS.includes(word) && !(TASK_STATES as readonly string[]).includes(word),
  );
  if (unknown !== undefined) {
    throw wrong("/state", `"${unknown}" is no state; there are ${[...TASK_STATES, ...TAGS].join(", ")}`);
  }
  return {
    states: words.filter((word) => !TAGS.includes(word)),
    tags: words.filter((word) => TAGS.includes(word)),
  };
};

const cursorOf = (born: number): string => Buffer.from(`b${born}`).toString("base64url");

const bornOf = (cursor: string): number => {
  const text = Buffer.from(cursor, "base64url").toString();
  if (!/^b\d{1,15}$/.test(text)) throw wrong("/cursor", "is not a cursor a list answered with");
  return Number(text.slice(1));
};

/** A pattern that finds the text as it is: % and _ mean themselves. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, (char) => `\\${char}`)}%`;

type Fragment = ReturnType<TransactionSql>;

const conditions = (sql: TransactionSql, query: TaskListQuery): Fragment[] => {
  const all: Fragment[] = [];
  if (query.state !== undefined) {
    const { states, tags } = statesOf(query.state);
    all.push(sql`(t.top = any(${states}) or t.tag = any(${tags}))`);
  }
  if (query.type !== undefined) all.push(sql`t.type = ${query.type}`);
  if (query.queue !== undefined) all.push(sql`t.queue = ${query.queue}`);
  if (query.priority !== undefined) all.push(sql`t.priority = ${query.priority}`);
  if (query.label !== undefined) {
    const [key = "", ...rest] = query.label.split("=");
    all.push(rest.length > 0 ? sql`t.labels ->> ${key} = ${rest.join("=")}` : sql`t.labels ? ${key}`);
  }
  if (query.text !== undefined)
    all.push(sql`(t.name ilike ${containing(query.text)} or t.id = ${query.text})`);
  if (query.from !== undefined) all.push(sql`t.submitted_at >= ${query.from}::timestamptz`);
  if (query.to !== undefined) all.push(sql`t.submitted_at < ${query.to}::timestamptz`);
  if (query.cursor !== undefined) all.push(sql`t.born < ${bornOf(query.cursor)}`);
  return all;
};

/** Newest first. `asOf` is of the same snapshot as the rows, so a reader joins list and stream exactly. */
export const listTasks = async (sql: TransactionSql, query: TaskListQuery): Promise<Page<TaskSummary>> => {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const where = conditions(sql, query).reduce((all, next) => sql`${all} and ${next}`, sql`true`);
  const asOf = await checkpointOf(sql, "journal");
  // What a line does not show stays in the database: payloads and plans are the bulk of a row.
  const rows = await sql<TaskRow[]>`
    select t.id, t.born, t.seq, t.n, t.state, t.started_at, t.settled_at, t.updated_at, p.progress,
      (t.context - '{marks,plan,checkpoint,result}'::text[]) #- '{definition,payload}' as context
    from tasks t left join progress p on p.task_id = t.id
    where ${where}
    order by t.born desc
    limit ${limit + 1}`;
  const page = rows.slice(0, limit);
  const oldest = page.at(-1);
  return {
    items: page.map((row) => summaryOf(foldedOf(row), row.progress)),
    ...(rows.length > limit && oldest ? { next: cursorOf(Number(oldest.born)) } : {}),
    asOf,
  };
};
