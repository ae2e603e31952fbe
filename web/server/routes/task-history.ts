import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { TransactionSql } from "#infra/postgres/connect.ts";
import { type Page, PageQuery } from "#schema/api.ts";
import type { Edge } from "../edge.ts";
import { findTask } from "../find-task.ts";
import { notFound } from "../problems.ts";
import { listEvents, foldUpTo } from "../queries/task-facts.ts";
import { listItems } from "../queries/task-items.ts";
import { listLogs } from "../queries/task-logs.ts";
import { taskExists } from "../queries/task-row.ts";
import { readModelHas } from "../read-model.ts";
import { TaskParams } from "./task-params.ts";

type Params = { Params: Static<typeof TaskParams> };
type PageOf = { after?: number; limit?: number };

const SnapshotQuery = Type.Object(
  { at: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description: "Journal sequence." }) },
  { additionalProperties: false },
);

const LISTS = {
  events: { summary: "A task's facts, oldest first; `after` is a journal sequence", read: listEvents },
  logs: { summary: "A task's output, oldest first; `after` is a telemetry sequence", read: listLogs },
  items: { summary: "What became of each planned item; `after` is an index", read: listItems },
} as const;

/** The read model is a moment behind the journal; whoever has heard of a fact shall find it here. Milliseconds. */
const PATIENCE_MS = 1_000;

/** Waits until the read model holds all that the edge knows of a task, within reason. */
const caughtUp = ({ history, recent }: Edge, id: string): Promise<boolean> =>
  readModelHas(history, recent.get(id)?.seq ?? 0, PATIENCE_MS);

/** What Postgres remembers of a task. A task too young to be there has empty lists, not a 404. */
export const taskHistoryRoutes = (app: FastifyInstance, edge: Edge): void => {
  const { history, recent, payloads } = edge;
  const known = async (sql: TransactionSql, id: string): Promise<void> => {
    if (recent.get(id) === null && !(await taskExists(sql, id))) throw notFound(`There is no task ${id}.`);
  };

  for (const [name, { summary, read }] of Object.entries(LISTS)) {
    const page: (sql: TransactionSql, id: string, query: PageOf) => Promise<Page<unknown>> = read;
    app.get<Params & { Querystring: PageOf }>(
      `/api/tasks/:id/${name}`,
      {
        config: { policy: "view" },
        schema: { tags: ["tasks"], summary, params: TaskParams, querystring: PageQuery },
      },
      async ({ params, query }) => {
        await caughtUp(edge, params.id);
        return history.read(async (sql) => {
          await known(sql, params.id);
          return page(sql, params.id, query);
        });
      },
    );
  }
  app.get<Params>(
    "/api/tasks/:id/plan",
    { config: { policy: "view" }, schema: { tags: ["tasks"], summary: "A task's plan", params: TaskParams } },
    async ({ params }) => {
      const { task } = await findTask(edge, params.id);
      return payloads.planOf(task.id, task.context);
    },
  );
  app.get<Params & { Querystring: { at: number } }>(
    "/api/tasks/:id/snapshot",
    {
      config: { policy: "view" },
      schema: {
        tags: ["tasks"],
        summary: "The task as it was",
        params: TaskParams,
        querystring: SnapshotQuery,
      },
    },
    async ({ params, query }) => {
      await caughtUp(edge, params.id);
      const task = await history.read((sql) => foldUpTo(sql, params.id, query.at));
      if (task === null) throw notFound(`Task ${params.id} has no facts up to ${query.at}.`);
      return task;
    },
  );
};
