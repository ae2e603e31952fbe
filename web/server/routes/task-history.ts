import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { TransactionSql } from "#infra/postgres/connect.ts";
import { type Page, PageQuery } from "#schema/api.ts";
import type { Edge } from "../edge.ts";
import { notFound } from "../problems.ts";
import { listEvents, foldUpTo } from "../queries/task-facts.ts";
import { listLogs } from "../queries/task-logs.ts";
import { readOfTask, taskCaughtUp } from "../task-history.ts";
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
} as const;

/** What Postgres remembers of a task, and the task as it was. */
export const taskHistoryRoutes = (app: FastifyInstance, edge: Edge): void => {
  for (const [name, { summary, read }] of Object.entries(LISTS)) {
    const page: (sql: TransactionSql, id: string, query: PageOf) => Promise<Page<unknown>> = read;
    app.get<Params & { Querystring: PageOf }>(
      `/api/tasks/:id/${name}`,
      {
        config: { policy: "view" },
        schema: { tags: ["tasks"], summary, params: TaskParams, querystring: PageQuery },
      },
      ({ params, query }) => readOfTask(edge, params.id, (sql) => page(sql, params.id, query)),
    );
  }
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
      await taskCaughtUp(edge, params.id);
      const task = await edge.history.read((sql) => foldUpTo(sql, params.id, query.at));
      if (task === null) throw notFound(`Task ${params.id} has no facts up to ${query.at}.`);
      return task;
    },
  );
};
