/** The typed HTTP client: every route of the edge, for browsers and Node alike. */
import type {
  ContainerRow,
  EngineInfo,
  ItemRow,
  LogRow,
  Page,
  RunnerRow,
  TaskDetail,
  TaskEventRow,
  TaskListQuery,
  TaskSummary,
} from "#schema/api.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { PlanItem } from "#schema/items.ts";
import type { Capability } from "#schema/policy.ts";
import type { Priority } from "#schema/task.definition.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { problemFrom } from "./api-problem.ts";

export { ApiProblem } from "./api-problem.ts";

/** What a wish led to. `seq`: journal sequence of its last fact; `state`: the state the task is in after it. */
export interface Granted {
  readonly id: string;
  readonly seq: number;
  readonly state: string;
}

/** `repeated`: the idempotency key already had its task, and this is that one. */
export interface Submitted extends Granted {
  readonly repeated: boolean;
}

export interface Me {
  readonly user: string;
  readonly kind: "user" | "token";
  readonly capabilities: readonly Capability[];
  /** When the session ends if it is not used; null for a token. */
  readonly expiresAt: string | null;
}

/** `journal.lag`: facts stored but not yet read by the edge. `history.lag`: not yet in Postgres. */
export interface Health {
  readonly status: "ok" | "degraded" | "unavailable";
  readonly nats: { readonly connected: boolean };
  readonly scheduler: { readonly answers: boolean };
  readonly runners: { readonly present: number };
  readonly postgres: { readonly reachable: boolean; readonly message: string | null };
  readonly journal: { readonly last: number | null; readonly read: number; readonly lag: number | null };
  readonly history: { readonly read: number | null; readonly lag: number | null };
}

export interface TaskPlan {
  readonly number: number;
  readonly items: readonly PlanItem[];
}

/** `after` is exclusive: a journal sequence for events, a telemetry sequence for logs, an index for items. */
export interface PageOptions {
  readonly after?: number;
  readonly limit?: number;
}

export interface Items<T> {
  readonly items: readonly T[];
}

export interface ClientOptions {
  /** Origin of the server without a slash at the end; empty in the console, which is served from it. */
  readonly baseUrl?: string;
  /** API token. Without one the browser's session cookie speaks. */
  readonly token?: string;
  readonly fetch?: typeof globalThis.fetch;
}

/** Every method throws ApiProblem for an answer that is not a success, and fetch's own TypeError when there is none. */
export interface Client {
  health(): Promise<Health>;
  me(): Promise<Me>;
  /** `link` is the secret of a login link, or the whole link. Sets the session cookie. */
  login(link: string): Promise<Me>;
  logout(): Promise<void>;
  /** A one-time link, good for ten minutes. Needs a token. */
  loginLink(): Promise<{ readonly url: string; readonly expiresAt: string }>;
  submit(body: SubmitBody, options?: { readonly idempotencyKey?: string }): Promise<Submitted>;
  tasks(query?: TaskListQuery): Promise<Page<TaskSummary>>;
  task(id: string): Promise<TaskDetail>;
  events(id: string, options?: PageOptions): Promise<Page<TaskEventRow>>;
  /** `asOf` is the telemetry sequence up to which logs are stored. */
  logs(id: string, options?: PageOptions): Promise<Page<LogRow>>;
  items(id: string, options?: PageOptions): Promise<Page<ItemRow>>;
  plan(id: string): Promise<TaskPlan>;
  /** The task as it was after the facts up to journal sequence `at`. */
  snapshot(id: string, at: number): Promise<FoldedTask>;
  cancel(id: string, reason?: string): Promise<Granted>;
  pause(id: string, reason?: string): Promise<Granted>;
  resume(id: string, reason?: string): Promise<Granted>;
  retry(id: string, items?: "all" | "failed", reason?: string): Promise<Granted>;
  approve(id: string, plan: number, reason?: string): Promise<Granted>;
  setPriority(id: string, priority: Priority, reason?: string): Promise<Granted>;
  runners(): Promise<Items<RunnerRow>>;
  types(): Promise<Items<ExecutorType>>;
  hosts(): Promise<Items<EngineInfo>>;
  containers(runner: string): Promise<Items<ContainerRow>>;
  /** Prometheus exposition format. */
  metrics(): Promise<string>;
  openapi(): Promise<Readonly<Record<string, unknown>>>;
}

type Query = Readonly<Record<string, string | number | undefined>>;

interface Ask {
  readonly method?: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const withQuery = (path: string, query: Query | undefined): string => {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== "") search.set(key, String(value));
  }
  return search.size > 0 ? `${path}?${search.toString()}` : path;
};

const pathOf = (id: string, rest = ""): string => `/api/tasks/${encodeURIComponent(id)}${rest}`;

const withReason = (reason: string | undefined): { reason?: string } =>
  reason === undefined ? {} : { reason };

/** The one sender: adds the token and turns unsuccessful answers into ApiProblem. */
const createSender = ({ baseUrl = "", token, fetch = globalThis.fetch }: ClientOptions) => {
  const send = async (
    path: string,
    { method = "GET", query, body, headers }: Ask = {},
  ): Promise<Response> => {
    const response = await fetch(`${baseUrl}${withQuery(path, query)}`, {
      method,
      credentials: "same-origin",
      headers: {
        accept: "application/json",
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await problemFrom(response);
    return response;
  };
  return {
    send,
    json: async <T>(path: string, ask?: Ask): Promise<T> => (await (await send(path, ask)).json()) as T,
  };
};

export const createClient = (options: ClientOptions = {}): Client => {
  const { send, json } = createSender(options);
  const get = <T>(path: string, query?: Query): Promise<T> => json<T>(path, query ? { query } : {});
  const wish = (id: string, verb: string, body: unknown): Promise<Granted> =>
    json(pathOf(id, `/${verb}`), { method: "POST", body });

  return {
    health: () => get("/health"),
    me: () => get("/api/me"),
    login: (link) =>
      json("/api/sessions", { method: "POST", body: { link: link.slice(link.lastIndexOf("#") + 1) } }),
    logout: async () => void (await send("/api/sessions", { method: "DELETE" })),
    loginLink: () => json("/api/login-links", { method: "POST", body: {} }),
    submit: (body, { idempotencyKey } = {}) =>
      json("/api/tasks", {
        method: "POST",
        body,
        headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
      }),
    tasks: (query) => get("/api/tasks", { ...query }),
    task: (id) => get(pathOf(id)),
    events: (id, page) => get(pathOf(id, "/events"), { ...page }),
    logs: (id, page) => get(pathOf(id, "/logs"), { ...page }),
    items: (id, page) => get(pathOf(id, "/items"), { ...page }),
    plan: (id) => get(pathOf(id, "/plan")),
    snapshot: (id, at) => get(pathOf(id, "/snapshot"), { at }),
    cancel: (id, reason) => wish(id, "cancel", withReason(reason)),
    pause: (id, reason) => wish(id, "pause", withReason(reason)),
    resume: (id, reason) => wish(id, "resume", withReason(reason)),
    retry: (id, items = "failed", reason) => wish(id, "retry", { items, ...withReason(reason) }),
    approve: (id, plan, reason) => wish(id, "approve", { plan, ...withReason(reason) }),
    setPriority: (id, priority, reason) =>
      json(pathOf(id), { method: "PATCH", body: { priority, ...withReason(reason) } }),
    runners: () => get("/api/runners"),
    types: () => get("/api/types"),
    hosts: () => get("/api/hosts"),
    containers: (runner) => get(`/api/hosts/${encodeURIComponent(runner)}/containers`),
    metrics: async () => (await send("/metrics")).text(),
    openapi: () => get("/api/openapi.json"),
  };
};
