import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import { ListQuery, RedriveBody } from "#schema/record-api.ts";
import { TOKEN_PATTERN } from "#schema/token.ts";
import { tasksMatching } from "../batch-tasks.ts";
import type { Edge } from "../edge.ts";
import { listDeadLetters } from "../queries/dead-letters.ts";
import { listTasks } from "../queries/task-list.ts";
import { readModelHas } from "../read-model.ts";
import { startBatch } from "./batches.ts";

const GroupParams = Type.Object({
  fingerprint: Type.String({ pattern: TOKEN_PATTERN, description: "What the failures have in common." }),
});
type Params = { Params: Static<typeof GroupParams> };

const GroupQuery = Type.Object(
  { limit: ListQuery.properties.limit, cursor: Type.Optional(Type.String({ maxLength: 64 })) },
  { additionalProperties: false },
);

/** What failed a moment ago shall be redriven, too. Milliseconds. */
const PATIENCE_MS = 1_000;

/** Failed tasks by what they have in common, and how to run a group of them again. */
export const deadLetterRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get(
    "/api/dead-letters",
    {
      config: { policy: "view" },
      schema: { tags: ["dead letters"], summary: "Failed tasks in groups that failed the same way" },
    },
    async () => edge.history.read(listDeadLetters),
  );
  app.get<Params & { Querystring: Static<typeof GroupQuery> }>(
    "/api/dead-letters/:fingerprint",
    {
      config: { policy: "view" },
      schema: {
        tags: ["dead letters"],
        summary: "The failed tasks of one group, newest first",
        params: GroupParams,
        querystring: GroupQuery,
      },
    },
    async ({ params: { fingerprint }, query }) =>
      edge.history.read((sql) => listTasks(sql, { ...query, fingerprint })),
  );
  app.post<Params & { Body: RedriveBody }>(
    "/api/dead-letters/:fingerprint/redrive",
    {
      config: { policy: "operate" },
      schema: {
        tags: ["dead letters"],
        summary: "Retry all failed tasks of a group: a batch, at a set rate",
        params: GroupParams,
        body: RedriveBody,
      },
    },
    async (request, reply) => {
      await readModelHas(edge.history, edge.tail.last, PATIENCE_MS);
      const { ratePerS, reason } = request.body;
      const found = await tasksMatching(edge, { fingerprint: request.params.fingerprint });
      const action = { type: "retry", items: "failed" } as const;
      return startBatch(edge, request, reply, { action, found, ratePerS, reason });
    },
  );
};
