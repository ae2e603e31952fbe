import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { Edge } from "./edge.ts";
import { notFound } from "./problems.ts";
import { taskExists } from "./queries/task-row.ts";
import { readModelHas } from "./read-model.ts";

/** The read model is a moment behind the journal; whoever has heard of a fact shall find it here. Milliseconds. */
const PATIENCE_MS = 1_000;

/** Waits until the read model holds all that the edge knows of a task, within reason. */
export const taskCaughtUp = ({ history, recent }: Edge, id: string): Promise<boolean> =>
  readModelHas(history, recent.get(id)?.seq ?? 0, PATIENCE_MS);

/** Reads what Postgres remembers of a task. One too young to be there has empty lists; throws a 404 problem when there is none. */
export const readOfTask = async <T>(
  edge: Edge,
  id: string,
  read: (sql: TransactionSql) => Promise<T>,
): Promise<T> => {
  const { history, recent } = edge;
  await taskCaughtUp(edge, id);
  return history.read(async (sql) => {
    if (recent.get(id) === null && !(await taskExists(sql, id))) throw notFound(`There is no task ${id}.`);
    return read(sql);
  });
};
