import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Static } from "typebox";
import { ReasonBody } from "#schema/api.ts";
import type { BatchAction } from "#schema/batch.ts";
import { BatchBody, type BatchRow, BatchResultsQuery, ListQuery } from "#schema/record-api.ts";
import { type BatchTasks, batchTasks } from "../batch-tasks.ts";
import type { Edge } from "../edge.ts";
import { findRecord, recordsCaughtUp } from "../find-record.ts";
import { callerOf } from "../policy.ts";
import { listBatchResults } from "../queries/batch-results.ts";
import { listRecords, type Row } from "../queries/records.ts";
import { TaskParams } from "./task-params.ts";

type Params = { Params: Static<typeof TaskParams> };
type Reason = { Body: Static<typeof ReasonBody> };

/** Room for a hundred thousand ids. */
const BODY_LIMIT = 6 * 1024 ** 2;

interface Start {
  readonly action: BatchAction;
  readonly found: BatchTasks;
  readonly dryRun?: boolean | undefined;
  readonly ratePerS?: number | undefined;
  readonly reason?: string | undefined;
}

/** Starts a batch, or says what it would do: answered with 201 and its id, or 200 and the results of a dry run. */
export const startBatch = async (
  edge: Edge,
  request: FastifyRequest,
  reply: FastifyReply,
  { action, found, dryRun = false, ratePerS, reason }: Start,
): Promise<FastifyReply> => {
  const command = {
    type: "start",
    action,
    tasks: await edge.payloads.keep(found.ids),
    ...(dryRun ? { dryRun } : {}),
    ...(ratePerS === undefined ? {} : { ratePerS }),
  } as const;
  const answer = await edge.wishes.batch(callerOf(request), { command, reason });
  const about = { total: found.ids.length, asOf: found.asOf };
  if ("dryRun" in answer) {
    const { ok: _, ...told } = answer;
    return reply.send({ ...told, ...about });
  }
  const { id, seq } = answer;
  return reply
    .code(201)
    .header("location", `/api/batches/${id}`)
    .send({ id, seq, ...about });
};

const withoutTasks = ({ tasks: _tasks, resultsAt: _at, ...row }: Row<"batch">): BatchRow => row;

const readRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get<{ Querystring: ListQuery }>(
    "/api/batches",
    {
      config: { policy: "view" },
      schema: { tags: ["batches"], summary: "Batches, the latest first", querystring: ListQuery },
    },
    async ({ query }) => {
      await recordsCaughtUp(edge, "batch");
      return edge.history.read((sql) => listRecords(sql, "batch", query));
    },
  );
  app.get<Params>(
    "/api/batches/:id",
    {
      config: { policy: "view" },
      schema: { tags: ["batches"], summary: "One batch and how far it is", params: TaskParams },
    },
    async ({ params: { id } }) => withoutTasks(await findRecord(edge, "batch", id)),
  );
  app.get<Params & { Querystring: BatchResultsQuery }>(
    "/api/batches/:id/results",
    {
      config: { policy: "view" },
      schema: {
        tags: ["batches"],
        summary: "What became of each task of a batch, in the order it was done",
        params: TaskParams,
        querystring: BatchResultsQuery,
      },
    },
    async ({ params: { id }, query }) => {
      await recordsCaughtUp(edge, "batch");
      await findRecord(edge, "batch", id);
      return edge.history.read((sql) => listBatchResults(sql, id, query));
    },
  );
};

/** One command over many tasks: started over ids or a query, looked at, stopped, undone. */
export const batchRoutes = (app: FastifyInstance, edge: Edge): void => {
  readRoutes(app, edge);
  app.post<{ Body: BatchBody }>(
    "/api/batches",
    {
      bodyLimit: BODY_LIMIT,
      config: { policy: "operate" },
      schema: {
        tags: ["batches"],
        summary: "Do one thing to many tasks, or say what would happen",
        body: BatchBody,
      },
    },
    async (request, reply) => {
      const { action, dryRun, ratePerS, reason } = request.body;
      const found = await batchTasks(edge, request.body);
      return startBatch(edge, request, reply, { action, found, dryRun, ratePerS, reason });
    },
  );
  app.post<Params & Reason>(
    "/api/batches/:id/stop",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["batches"],
        summary: "Do nothing more of a batch; what is done stays done",
        params: TaskParams,
        body: ReasonBody,
      },
    },
    async (request) => {
      const command = { type: "stop", batch: request.params.id } as const;
      const answer = await edge.wishes.batch(callerOf(request), { command, reason: request.body.reason });
      return "id" in answer ? { id: answer.id, seq: answer.seq } : answer;
    },
  );
  app.post<Params & Reason>(
    "/api/batches/:id/undo",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["batches"],
        summary: "Put back what a batch did, where that can be: a batch of its own",
        params: TaskParams,
        body: ReasonBody,
      },
    },
    async (request, reply) => {
      const action = { type: "undo", batch: request.params.id } as const;
      const found = { ids: [], asOf: null };
      return startBatch(edge, request, reply, { action, found, reason: request.body.reason });
    },
  );
};
