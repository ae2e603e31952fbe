import type { FastifyInstance, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { TaskListQuery } from "#schema/api.ts";
import { SubmitBody } from "#schema/submit-body.ts";
import { capabilitiesFor, missingCapability } from "#schema/policy.ts";
import { PAYLOAD_LIMIT } from "#schema/stored.ts";
import type { SubmitWish } from "#schema/wishes.ts";
import type { Edge } from "../edge.ts";
import { callerOf } from "../policy.ts";
import { HttpProblem } from "../problems.ts";
import { listTasks } from "../queries/task-list.ts";
import { taskDetail } from "../task-detail.ts";
import { invalid } from "../validation.ts";
import { TaskAnswer } from "./task-answer.ts";
import { TaskParams } from "./task-params.ts";

const IdempotencyHeader = Type.Object({
  "idempotency-key": Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
});

/** The body's key and the header's are the same wish said twice; two different ones are a mistake. */
const idempotencyKey = (body: SubmitBody, header: string | undefined): { idempotencyKey?: string } => {
  if (header !== undefined && body.idempotencyKey !== undefined && header !== body.idempotencyKey) {
    throw invalid("body", [{ path: "/idempotencyKey", message: "differs from the Idempotency-Key header" }]);
  }
  const key = body.idempotencyKey ?? header;
  return key === undefined ? {} : { idempotencyKey: key };
};

const wishOf = (edge: Edge, request: FastifyRequest<{ Body: SubmitBody }>): SubmitWish["task"] => {
  const { body } = request;
  const { type, payload } = body;
  if (Buffer.byteLength(JSON.stringify(payload)) > PAYLOAD_LIMIT) {
    throw new HttpProblem(413, "The payload is too large: it may have 1 MiB.");
  }
  const needed = capabilitiesFor(type, payload, edge.roster.type(type)?.needs);
  const missing = missingCapability(callerOf(request).capabilities, needed);
  if (missing !== undefined) throw new HttpProblem(403, `Submitting this needs the right "${missing}".`);
  const header = request.headers["idempotency-key"] as string | undefined;
  // Absent and undefined differ for the exact types on the wire, and JSON drops the difference.
  return { ...(body as SubmitWish["task"]), ...idempotencyKey(body, header) };
};

export const taskRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.post<{ Body: SubmitBody }>(
    "/api/tasks",
    {
      config: { policy: "operate" },
      schema: { tags: ["tasks"], summary: "Submit a task", body: SubmitBody, headers: IdempotencyHeader },
    },
    async (request, reply) => {
      const {
        taskId,
        seq,
        state,
        repeated = false,
      } = await edge.wishes.submit(callerOf(request), wishOf(edge, request));
      return reply
        .code(repeated ? 200 : 201)
        .header("location", `/api/tasks/${taskId}`)
        .send({ id: taskId, seq, state, repeated });
    },
  );
  app.get<{ Querystring: TaskListQuery }>(
    "/api/tasks",
    {
      config: { policy: "view" },
      schema: { tags: ["tasks"], summary: "List tasks, newest first", querystring: TaskListQuery },
    },
    async ({ query }) => edge.history.read((sql) => listTasks(sql, query)),
  );
  app.get<{ Params: Static<typeof TaskParams> }>(
    "/api/tasks/:id",
    {
      config: { policy: "view" },
      schema: { tags: ["tasks"], summary: "One task", params: TaskParams, response: { 200: TaskAnswer } },
      // The answer's shape is there to be read: made by it, the answer would lose what it does not name.
      serializerCompiler: () => (answer) => JSON.stringify(answer),
    },
    async (request) => taskDetail(edge, request.params.id, callerOf(request)),
  );
};
