import type { FastifyInstance, FastifyRequest } from "fastify";
import Type, { type Static } from "typebox";
import { TOKEN_PATTERN } from "#schema/token.ts";
import type { Edge } from "../edge.ts";
import { HttpProblem, unavailable } from "../problems.ts";
import { feedFacts } from "../stream/fact-feed.ts";
import { PING, placeFrame } from "../stream/frames.ts";
import { feedObservations } from "../stream/observations.ts";
import { openOutbox } from "../stream/outbox.ts";
import { startPlace } from "../stream/start-place.ts";

const StreamQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, description: "Facts after this journal sequence." })),
    logs: Type.Optional(
      Type.String({ pattern: TOKEN_PATTERN, description: "The task whose output is wanted." }),
    ),
    use: Type.Optional(
      Type.String({ pattern: TOKEN_PATTERN, description: "The task of which it is wanted what it uses." }),
    ),
  },
  { additionalProperties: false },
);
type StreamQuery = Static<typeof StreamQuery>;

const PING_MS = 5_000;
const ACCESS_MS = 1_000;
/** Each holds a socket and a timer or two; a console needs one per tab. */
const MOST_STREAMS = 500;

/** Where the client left off: the browser's own header knows better than the address it was opened with. */
const wantedAfter = (request: FastifyRequest<{ Querystring: StreamQuery }>): number | null => {
  const id = request.headers["last-event-id"];
  if (id === undefined || id === "") return request.query.after ?? null;
  if (typeof id !== "string" || !/^\d{1,15}$/.test(id)) {
    throw new HttpProblem(400, "Last-Event-ID is not a journal sequence.");
  }
  return Number(id);
};

/** Declares GET /api/stream; the result ends every open stream. */
export const streamRoutes = (app: FastifyInstance, edge: Edge): (() => void) => {
  const open = new Set<() => void>();

  app.get<{ Querystring: StreamQuery }>(
    "/api/stream",
    {
      config: { policy: "view" },
      schema: {
        tags: ["stream"],
        summary: "Facts and telemetry as they come (server-sent events)",
        querystring: StreamQuery,
      },
    },
    async (request, reply) => {
      if (open.size >= MOST_STREAMS) throw unavailable("Too many streams are open.", 5);
      const place = await startPlace(edge, wantedAfter(request));
      const { credential } = request;
      reply.hijack();

      const stops: (() => void)[] = [];
      const out = openOutbox(reply.raw, () => {
        open.delete(out.end);
        for (const stop of stops) stop();
      });
      open.add(out.end);
      const every = (ms: number, work: () => void): void => {
        const timer = setInterval(work, ms);
        stops.push(() => clearInterval(timer));
      };
      const checkAccess = async (): Promise<void> => {
        if (credential !== null && (await edge.access.resolve(credential)) === null) out.end();
      };
      every(PING_MS, () => out.send(PING));
      // While NATS is away nobody can be revoked either; the stream stays.
      every(ACCESS_MS, () => void checkAccess().catch(() => undefined));

      out.send(placeFrame("hello", place.after));
      const { logs = null, use = null } = request.query;
      stops.push(feedObservations(edge.telemetry, { logs, use }, out).stop);
      stops.push(feedFacts(edge, place, out).stop);
      if (out.ended) for (const stop of stops) stop();
    },
  );
  return () => {
    for (const end of open) end();
  };
};
