import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Page, TaskListQuery, TaskSummary } from "#schema/api.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { wrongQuery } from "../validation.ts";
import { checkpointOf } from "./checkpoint.ts";
import { taskConditions } from "./task-filter.ts";
import { foldedOf, type TaskRow } from "./task-row.ts";

const DEFAULT_LIMIT = 50;

const cursorOf = (born: number): string => Buffer.from(`b${born}`).toString("base64url");

const bornOf = (cursor: string): number => {
  const text = Buffer.from(cursor, "base64url").toString();
  if (!/^b\d{1,15}$/.test(text)) throw wrongQuery("/cursor", "is not a cursor a list answered with");
  return Number(text.slice(1));
};

/** Newest first. `asOf` is of the same snapshot as the rows, so a reader joins list and stream exactly. */
export const listTasks = async (sql: TransactionSql, query: TaskListQuery): Promise<Page<TaskSummary>> => {
  const limit = query.limit ?? DEFAULT_LIMIT;
  const young = query.cursor === undefined ? sql`true` : sql`t.born < ${bornOf(query.cursor)}`;
  const where = sql`${taskConditions(sql, query)} and ${young}`;
  const asOf = await checkpointOf(sql, "journal");
  // What a line does not show stays in the database: payloads and plans are the bulk of a row.
  const rows = await sql<TaskRow[]>`
    select t.id, t.born, t.seq, t.n, t.state, t.started_at, t.settled_at, t.updated_at, t.stuck, p.progress,
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
