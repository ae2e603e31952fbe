/** The edge inside the test's process, on a real NATS and a real Postgres, and whoever else a test wants beside it. */
import { pino } from "pino";
import type { Client } from "#client/http.ts";
import { createClient } from "#client/http.ts";
import { readEnv } from "#infra/env.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import { migrate } from "#infra/postgres/migrate.ts";
import type { Running } from "#infra/service.ts";
import { COMMANDS, commandSubject } from "#schema/subjects.ts";
import type {
  BatchReply,
  RecordReply,
  SubmitManyReply,
  SubmitWish,
  TaskWish,
  WishReply,
} from "#schema/wishes.ts";
import { startProjector } from "../../../services/projector/start.ts";
import { buildApp, type RouteEntry } from "../../../web/server/app.ts";
import { assemble } from "../../../web/server/assemble.ts";
import { startWeb } from "../../../web/server/start.ts";
import { startTcpProxy } from "../../support/tcp-proxy.ts";
import { provisioned } from "../../support/provisioned.ts";
import { freshDatabase, startNats, type TestDatabase, type TestNats } from "../../support/stack.ts";

export const TOKEN = "lsh_a-token-for-tests-only";
const log = pino({ level: "silent" });

export interface TestEdge {
  readonly nats: TestNats;
  readonly database: TestDatabase;
  readonly url: string;
  readonly port: number;
  readonly failures: unknown[];
  /** The administrator's client. */
  readonly client: Client;
  /** Asks as whoever the headers say; nobody unless they do. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Asks with the administrator's token. */
  admin(path: string, init?: RequestInit): Promise<Response>;
  /** Posts JSON with the administrator's token. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Takes Postgres away from the edge for good; only with `cuttable`. */
  cutPostgres(): Promise<void>;
  stopWeb(): Promise<void>;
  /** Starts another edge on the same servers; returns its address. */
  startWeb(): Promise<string>;
  /** Begins to fill the read model. */
  project(): Promise<Running>;
  /** A connection as one of the product's users; closed at the end. */
  connect(user: string): Promise<NatsConnection>;
  stop(): Promise<void>;
}

const bearer = { authorization: `Bearer ${TOKEN}` };

/** `cuttable`: the edge reaches Postgres through a proxy that the test can cut. */
interface EdgeOptions {
  readonly env?: Record<string, string>;
  readonly cuttable?: boolean;
}

/** The same database behind another port. */
const behind = (url: string, port: number): string => {
  const address = new URL(url);
  address.hostname = "127.0.0.1";
  address.port = String(port);
  return address.href;
};

export const anEdge = async ({ env = {}, cuttable = false }: EdgeOptions = {}): Promise<TestEdge> => {
  const nats = await provisioned(await startNats());
  const database = await freshDatabase();
  await migrate(database.url);
  const proxy = cuttable ? await startTcpProxy(Number(new URL(database.url).port)) : null;
  const failures: unknown[] = [];
  const running: Running[] = [];
  const connections: NatsConnection[] = [];
  const ground = (user: string) => ({
    env: readEnv({
      LONGSHORE_NATS_URL: nats.url,
      LONGSHORE_NATS_SEED_FILE: nats.seedFile(user),
      LONGSHORE_DATABASE_URL: user === "web" && proxy ? behind(database.url, proxy.port) : database.url,
      LONGSHORE_ADMIN_TOKEN: TOKEN,
      LONGSHORE_PORT: "0",
      ...env,
    }),
    log,
    fail: (error: unknown) => void failures.push(error),
  });
  let web = await startWeb(ground("web"));
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${web.url}${path}`, init);
  const admin = (path: string, init: RequestInit = {}): Promise<Response> =>
    ask(path, { ...init, headers: { ...bearer, ...(init.headers as Record<string, string>) } });
  return {
    nats,
    database,
    url: web.url,
    port: Number(new URL(web.url).port),
    failures,
    client: createClient({ baseUrl: web.url, token: TOKEN }),
    ask,
    admin,
    post: (path, body, headers = {}) =>
      admin(path, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    cutPostgres: async () => {
      proxy?.cut();
      await proxy?.close();
    },
    stopWeb: () => web.stop(),
    startWeb: async () => {
      web = await startWeb(ground("web"));
      return web.url;
    },
    project: async () => {
      const projector = await startProjector(ground("projector"));
      running.push(projector);
      return projector;
    },
    connect: async (user) => {
      const connection = await connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });
      connections.push(connection);
      return connection;
    },
    stop: async () => {
      await web.stop();
      for (const service of running) await service.stop();
      for (const connection of connections) await connection.close();
      await nats.stop();
      await database.drop();
    },
  };
};

/** The route list of an app built like the running one, so that a new route is in every matrix by itself. */
export const routesOf = async ({ nats }: TestEdge): Promise<readonly RouteEntry[]> => {
  const parts = await assemble({
    env: readEnv({
      LONGSHORE_NATS_URL: nats.url,
      LONGSHORE_NATS_SEED_FILE: nats.seedFile("web"),
      LONGSHORE_ADMIN_TOKEN: TOKEN,
    }),
    log,
    fail: (error) => {
      throw error;
    },
  });
  const { app, routes } = await buildApp(parts.edge);
  await app.close();
  await parts.close();
  return routes;
};

type Reply = WishReply | RecordReply | BatchReply | SubmitManyReply;

export interface StandIn {
  /** Every wish that reached the scheduler's end of the wire. */
  readonly wishes: (SubmitWish | TaskWish)[];
  /** Their verbs, in the same order. */
  readonly verbs: string[];
  answer: (wish: SubmitWish | TaskWish) => Reply | Promise<Reply>;
}

/** The scheduler's end of the wire, answered by the test: for refusals a real one would need much to give. */
export const aStandIn = async (edge: TestEdge): Promise<StandIn> => {
  const connection = await edge.connect("scheduler");
  const standIn: StandIn = {
    wishes: [],
    verbs: [],
    answer: () => ({ ok: false, code: "unavailable", message: "not now" }),
  };
  serve(
    connection,
    COMMANDS,
    async (body, subject) => {
      // A question, not a wish: the edge has a sentence of its own when it is not answered.
      if (subject === commandSubject("why")) return { ok: false, code: "unknown-task", message: "not here" };
      const wish = body as SubmitWish | TaskWish;
      standIn.wishes.push(wish);
      standIn.verbs.push(subject.split(".")[1] ?? "");
      return standIn.answer(wish);
    },
    (error) => {
      throw error;
    },
  );
  await connection.flush();
  return standIn;
};

export const problemOf = async (
  response: Response,
): Promise<{
  status: number;
  title: string;
  detail: string;
  details?: { path: string; message: string }[];
  state?: string;
}> => {
  if (!(response.headers.get("content-type") ?? "").startsWith("application/problem+json")) {
    throw new Error(`no problem: ${response.status} ${await response.text()}`);
  }
  return (await response.json()) as never;
};

/** A session's cookie, made the way a person logs in. */
export const aSession = async (edge: TestEdge): Promise<string> => {
  const { url } = await edge.client.loginLink();
  const response = await edge.ask("/api/sessions", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ link: url.split("#")[1] }),
  });
  if (response.status !== 201) throw new Error(`login: ${response.status} ${await response.text()}`);
  return (response.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
};
