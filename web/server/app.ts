import type { Socket } from "node:net";
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import {
  fastify,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from "fastify";
import { PAYLOAD_LIMIT } from "#schema/stored.ts";
import { serveConsole } from "./assets.ts";
import type { Edge } from "./edge.ts";
import { keepStrangersOut } from "./origin.ts";
import { enforcePolicies } from "./policy.ts";
import { HttpProblem, PROBLEM_TYPE, problemOf } from "./problems.ts";
import { batchRoutes } from "./routes/batches.ts";
import { deadLetterRoutes } from "./routes/dead-letters.ts";
import { hostHistoryRoutes } from "./routes/host-history.ts";
import { hostRoutes } from "./routes/hosts.ts";
import { healthRoutes } from "./routes/health.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { openapiRoutes } from "./routes/openapi.ts";
import { poolRoutes } from "./routes/pools.ts";
import { queueRoutes } from "./routes/queues.ts";
import { runnerRoutes } from "./routes/runners.ts";
import { scheduleRoutes } from "./routes/schedules.ts";
import { sessionRoutes } from "./routes/sessions.ts";
import { streamRoutes } from "./routes/stream.ts";
import { taskCommandRoutes } from "./routes/task-commands.ts";
import { taskHistoryRoutes } from "./routes/task-history.ts";
import { taskItemRoutes } from "./routes/task-items.ts";
import { taskPlanRoute } from "./routes/task-plan.ts";
import { taskUndoRoute } from "./routes/task-undo.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { submitManyRoute } from "./routes/tasks-many.ts";
import { templateRoutes } from "./routes/templates.ts";
import { secureHeaders } from "./secure-headers.ts";
import { validateRequests } from "./validation.ts";

/** Room for what surrounds the largest payload. */
const BODY_LIMIT = PAYLOAD_LIMIT + 64 * 1024;
const HEADERS_MS = 20_000;
const REQUEST_MS = 60_000;

const sendProblem = (reply: FastifyReply, { problem, headers }: HttpProblem): FastifyReply =>
  reply
    .code(problem.status)
    .headers(headers)
    .header("content-type", PROBLEM_TYPE)
    .send(JSON.stringify(problem));

const answerErrors = (app: FastifyInstance, { log }: Edge): void => {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = problemOf(error);
    if (problem === undefined)
      log.error({ err: error, method: request.method, url: request.url }, "a request failed");
    return sendProblem(
      reply,
      problem ?? new HttpProblem(500, "Something went wrong here; the log says what."),
    );
  });
};

export interface RouteEntry {
  readonly method: string;
  readonly url: string;
  readonly policy: string;
}

/** The routes in the order they were declared: what the tests of access and of the OpenAPI page walk over. */
const listRoutes = (app: FastifyInstance): readonly RouteEntry[] => {
  const routes: RouteEntry[] = [];
  app.addHook("onRoute", ({ method, url, config }) => {
    routes.push({ method: String(method), url, policy: config?.policy ?? "none" });
  });
  return routes;
};

/** Errors met before routing, for example an undecodable address. */
const beforeRouting = (error: FastifyError, _: FastifyRequest, reply: FastifyReply): void => {
  void sendProblem(reply, problemOf(error) ?? new HttpProblem(400, "The request cannot be read."));
};

const UNREADABLE: Readonly<Record<string, readonly [status: number, detail: string]>> = {
  HPE_HEADER_OVERFLOW: [431, "The request's headers are too large."],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "The request took too long to arrive."],
};

/** Answers on the bare socket what never became a request. */
const answerUnreadable = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, detail] = UNREADABLE[error.code ?? ""] ?? [
    400,
    "This is not an HTTP request that can be read.",
  ];
  const { problem } = new HttpProblem(status, detail);
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${problem.title}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
};

export interface App {
  readonly app: FastifyInstance;
  readonly routes: readonly RouteEntry[];
  /** Ends all open streams, so that closing need not wait for them. */
  readonly endStreams: () => void;
}

/** The whole HTTP face, not yet listening. */
export const buildApp = async (edge: Edge): Promise<App> => {
  const app = fastify({
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_MS,
    http: { headersTimeout: HEADERS_MS },
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    frameworkErrors: beforeRouting,
    clientErrorHandler: answerUnreadable,
    routerOptions: { maxParamLength: 200 },
  });
  answerErrors(app, edge);
  await secureHeaders(app);
  keepStrangersOut(app, edge.env.host);
  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_, { ttl }) =>
      new HttpProblem(429, "Too many attempts: wait a little.", { retryAfter: Math.ceil(ttl / 1_000) }),
  });
  await app.register(swagger, {
    openapi: { openapi: "3.1.0", info: { title: "Longshore", version: "0.1.0" } },
  });
  enforcePolicies(app, edge.access);
  validateRequests(app);
  const routes = listRoutes(app);

  healthRoutes(app, edge);
  metricsRoutes(app, edge);
  openapiRoutes(app);
  taskRoutes(app, edge);
  submitManyRoute(app, edge);
  taskCommandRoutes(app, edge);
  taskHistoryRoutes(app, edge);
  taskItemRoutes(app, edge);
  taskPlanRoute(app, edge);
  taskUndoRoute(app, edge);
  ledgerRoutes(app, edge);
  queueRoutes(app, edge);
  scheduleRoutes(app, edge);
  batchRoutes(app, edge);
  deadLetterRoutes(app, edge);
  templateRoutes(app, edge);
  runnerRoutes(app, edge);
  poolRoutes(app, edge);
  hostRoutes(app, edge);
  hostHistoryRoutes(app, edge);
  sessionRoutes(app, edge);
  const endStreams = streamRoutes(app, edge);
  await serveConsole(app);
  await app.ready();
  return { app, routes, endStreams };
};
