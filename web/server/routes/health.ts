import type { FastifyInstance } from "fastify";
import type { Edge } from "../edge.ts";
import { commandSubject } from "#schema/subjects.ts";
import { inquire } from "../inquire.ts";
import { HttpProblem } from "../problems.ts";
import { checkpointOf } from "../queries/checkpoint.ts";

/** Who asks for health wants an answer now: a database that is slower than this does not answer. */
const HISTORY_MS = 1_000;

const PING_MS = 1_000;

/** Whether wishes would be answered now, and what keeps them from being recorded. */
const schedulerSays = async ({ connection, connectivity }: Edge) => {
  const silent = { answers: false, message: null };
  if (!connectivity.connected) return silent;
  const ping = inquire<{ trouble?: string | null }>(
    { connection, connectivity },
    commandSubject("ping"),
    PING_MS,
  );
  const pong = await ping.catch(() => null);
  return pong === null ? silent : { answers: true, message: pong.trouble ?? null };
};

/** The answer to GET /health; the same shape the client declares. */
const healthOf = async (edge: Edge) => {
  const { connectivity, tail, history, roster } = edge;
  const { connected } = connectivity;
  const [scheduler, projected] = await Promise.all([
    schedulerSays(edge),
    history.read((sql) => checkpointOf(sql, "journal"), HISTORY_MS).catch((error: unknown) => error),
  ]);
  const reachable = typeof projected === "number";
  // The end is asked for once a second; what was read meanwhile is an end, too.
  const last = tail.end === null ? null : Math.max(tail.end, tail.last);
  const lagBehind = (read: number): number | null => (last === null ? null : Math.max(0, last - read));
  return {
    status: !connected
      ? "unavailable"
      : reachable && scheduler.answers && scheduler.message === null
        ? "ok"
        : "degraded",
    nats: { connected },
    scheduler,
    runners: { present: roster.present().length },
    postgres: {
      reachable,
      message: reachable
        ? null
        : projected instanceof HttpProblem
          ? projected.message
          : "The database does not answer.",
    },
    journal: { last, read: tail.last, lag: lagBehind(tail.last) },
    history: { read: reachable ? projected : null, lag: reachable ? lagBehind(projected) : null },
  } as const;
};

/** Outside /api and open to all: says only whether the parts are there. 503 while wishes could not be taken. */
export const healthRoutes = (app: FastifyInstance, edge: Edge): void => {
  app.get(
    "/health",
    {
      config: { policy: "public" },
      schema: { tags: ["service"], summary: "Whether the edge can serve, and how far behind it is" },
    },
    async (_, reply) => {
      const health = await healthOf(edge);
      return reply
        .code(health.status === "unavailable" ? 503 : 200)
        .header("cache-control", "no-store")
        .send(health);
    },
  );
};
