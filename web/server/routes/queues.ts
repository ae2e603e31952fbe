import type { FastifyInstance } from "fastify";
import type { Static } from "typebox";
import { ReasonBody } from "#schema/api.ts";
import type { QueueCommand } from "#schema/queue.ts";
import { QueueBody } from "#schema/record-api.ts";
import type { Edge } from "../edge.ts";
import { recordsCaughtUp } from "../find-record.ts";
import { callerOf } from "../policy.ts";
import { notFound } from "../problems.ts";
import { listQueues, reachedLimits } from "../queries/queue-list.ts";
import { checkpointOf } from "../queries/checkpoint.ts";
import { recordEventRoute } from "./record-events.ts";
import { TaskParams } from "./task-params.ts";

type Params = { Params: Static<typeof TaskParams> };

const STEERING = {
  pause: "Start nothing more from a queue",
  resume: "Open a paused or draining queue again",
  drain: "Take nothing new into a queue, and finish what it has",
} as const satisfies Partial<Record<QueueCommand["type"], string>>;

/** What a queue is when nothing is said about it: PUT says all, so what it leaves out becomes this. */
const UNLIMITED = { concurrency: null, rate: null, preempts: false } as const;

const configureRoutes = (app: FastifyInstance, edge: Edge): void => {
  const configure = (method: "PUT" | "PATCH", summary: string, absent: object): void => {
    app.route<Params & { Body: QueueBody }>({
      method,
      url: "/api/queues/:id",
      config: { policy: "operate" },
      schema: { tags: ["queues"], summary, params: TaskParams, body: QueueBody },
      handler: async (request) => {
        const { reason, ...settings } = request.body;
        const command: QueueCommand = { type: "configure", settings: { ...absent, ...settings } };
        const { id, seq } = await edge.wishes.queue(callerOf(request), request.params.id, {
          command,
          reason,
        });
        return { id, seq };
      },
    });
  };
  configure("PUT", "Set a queue's limits; what is not said is unlimited", UNLIMITED);
  configure("PATCH", "Change some of a queue's limits; null takes one away", {});
};

const steerRoutes = (app: FastifyInstance, edge: Edge): void => {
  for (const [type, summary] of Object.entries(STEERING) as [keyof typeof STEERING, string][]) {
    app.post<Params & { Body: Static<typeof ReasonBody> }>(
      `/api/queues/:id/${type}`,
      {
        config: { policy: "operate" },
        schema: { tags: ["queues"], summary, params: TaskParams, body: ReasonBody },
      },
      async (request) => {
        const about = { command: { type }, reason: request.body.reason };
        const { id, seq } = await edge.wishes.queue(callerOf(request), request.params.id, about);
        return { id, seq };
      },
    );
  }
};

/** Queues with their limits and what is in them, and the limits that are reached now. */
export const queueRoutes = (app: FastifyInstance, edge: Edge): void => {
  const list = async () => {
    await recordsCaughtUp(edge, "queue", "limit");
    return edge.history.read(listQueues);
  };
  app.get(
    "/api/queues",
    {
      config: { policy: "view" },
      schema: { tags: ["queues"], summary: "Every queue ever used, with its limits and what is in it" },
    },
    list,
  );
  app.get<Params>(
    "/api/queues/:id",
    { config: { policy: "view" }, schema: { tags: ["queues"], summary: "One queue", params: TaskParams } },
    async ({ params: { id } }) => {
      const found = (await list()).items.find((queue) => queue.id === id);
      if (found === undefined) throw notFound(`No task was ever sent to a queue ${id}.`);
      return found;
    },
  );
  configureRoutes(app, edge);
  steerRoutes(app, edge);
  recordEventRoute(app, edge, { kind: "queue", base: "/api/queues", tag: "queues" });
  app.get(
    "/api/limits",
    {
      config: { policy: "view" },
      schema: { tags: ["queues"], summary: "Limits that are reached now, and since when" },
    },
    async () => {
      await recordsCaughtUp(edge, "limit");
      return edge.history.read(async (sql) => ({
        items: await reachedLimits(sql),
        asOf: await checkpointOf(sql, "journal"),
      }));
    },
  );
};
