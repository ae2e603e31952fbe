/** The typed HTTP client: every route of the edge, for browsers and Node alike. */
import type { Static } from "typebox";
import type {
  ApproveBody,
  ItemRow,
  LogRow,
  Page,
  RunnerRow,
  TaskDetail,
  TaskEventRow,
  TaskListQuery,
  TaskSummary,
} from "#schema/api.ts";
import type { SubmitManyAnswer } from "#schema/record-api.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ItemFilter, ItemsQuery, ItemsSummary, TaskPlan } from "#schema/ledger-api.ts";
import type { Capability } from "#schema/policy.ts";
import type { Priority } from "#schema/task.definition.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { Granted, Submitted } from "./answers.ts";
import { type BatchClient, batchClient, type DeadLetterClient, deadLetterClient } from "./batches.ts";
import { type HostClient, hostClient } from "./hosts.ts";
import { type FileFormat, type LedgerClient, ledgerClient } from "./ledger.ts";
import { type PoolClient, poolClient, type QueueClient, queueClient } from "./queues.ts";
import { type ScheduleClient, scheduleClient, type TemplateClient, templateClient } from "./schedules.ts";
import { addressOf, type ClientOptions, createSender, withReason } from "./sender.ts";

export { ApiProblem } from "./api-problem.ts";
export type { Granted, Recorded, Submitted } from "./answers.ts";
export type { ClientOptions } from "./sender.ts";

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
  /** `message`: why wishes, or new tasks, are not taken though it answers. */
  readonly scheduler: { readonly answers: boolean; readonly message: string | null };
  readonly runners: { readonly present: number };
  readonly postgres: { readonly reachable: boolean; readonly message: string | null };
  readonly journal: { readonly last: number | null; readonly read: number; readonly lag: number | null };
  readonly history: { readonly read: number | null; readonly lag: number | null };
}

/** `after` is exclusive: a journal sequence for events, a telemetry sequence for logs. */
export interface PageOptions {
  readonly after?: number;
  readonly limit?: number;
}

export interface Items<T> {
  readonly items: readonly T[];
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
  /** Each is taken or refused by itself, unless `after` refers to others of them (`@0` is the first): then all or none. */
  submitMany(tasks: readonly SubmitBody[]): Promise<SubmitManyAnswer>;
  tasks(query?: TaskListQuery): Promise<Page<TaskSummary>>;
  task(id: string): Promise<TaskDetail>;
  events(id: string, options?: PageOptions): Promise<Page<TaskEventRow>>;
  /** `asOf` is the telemetry sequence up to which logs are stored. */
  logs(id: string, options?: PageOptions): Promise<Page<LogRow>>;
  /** How the items of its plan stand; `after` is an index. */
  items(id: string, query?: ItemsQuery): Promise<Page<ItemRow>>;
  itemsSummary(id: string): Promise<ItemsSummary>;
  /** The address of all its items as a file: for a link. */
  itemsFile(id: string, format: FileFormat, filter?: ItemFilter): string;
  plan(id: string): Promise<TaskPlan>;
  /** The address of it as a file: for a link. */
  planFile(id: string): string;
  /** The task as it was after the facts up to journal sequence `at`. */
  snapshot(id: string, at: number): Promise<FoldedTask>;
  cancel(id: string, reason?: string): Promise<Granted>;
  pause(id: string, reason?: string): Promise<Granted>;
  resume(id: string, reason?: string): Promise<Granted>;
  retry(id: string, items?: "all" | "failed", reason?: string): Promise<Granted>;
  /** `hash` names the plan's content; `except` and `volumes` are places in it. */
  approve(id: string, yes: Static<typeof ApproveBody>): Promise<Granted>;
  /** Throws the plan that waits for a yes away and makes a new one; with `plan` only if it is still that one. */
  replan(id: string, plan?: number, reason?: string): Promise<Granted>;
  /** Puts back what a run did to containers, where `undo` of the task says that it can be: a task of its own. */
  undo(id: string, reason?: string): Promise<Submitted>;
  setPriority(id: string, priority: Priority, reason?: string): Promise<Granted>;
  /** Not before `runAt` (RFC 3339), for a task that waits. */
  delay(id: string, runAt: string, reason?: string): Promise<Granted>;
  runners(): Promise<Items<RunnerRow>>;
  types(): Promise<Items<ExecutorType>>;
  /** Prometheus exposition format. */
  metrics(): Promise<string>;
  openapi(): Promise<Readonly<Record<string, unknown>>>;
  readonly ledger: LedgerClient;
  readonly hosts: HostClient;
  readonly queues: QueueClient;
  readonly pools: PoolClient;
  readonly schedules: ScheduleClient;
  readonly templates: TemplateClient;
  readonly batches: BatchClient;
  readonly deadLetters: DeadLetterClient;
}

const pathOf = (id: string, rest = ""): string => `/api/tasks/${encodeURIComponent(id)}${rest}`;

export const createClient = (options: ClientOptions = {}): Client => {
  const sender = createSender(options);
  const { send, json, get, post } = sender;
  const wish = (id: string, verb: string, body: unknown): Promise<Granted> =>
    post(pathOf(id, `/${verb}`), body);

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
    submitMany: (tasks) => post("/api/tasks/many", { tasks }),
    tasks: (query) => get("/api/tasks", { ...query }),
    task: (id) => get(pathOf(id)),
    events: (id, page) => get(pathOf(id, "/events"), { ...page }),
    logs: (id, page) => get(pathOf(id, "/logs"), { ...page }),
    items: (id, query) => get(pathOf(id, "/items"), { ...query }),
    itemsSummary: (id) => get(pathOf(id, "/items/summary")),
    itemsFile: (id, format, filter) => addressOf(pathOf(id, `/items.${format}`), { ...filter }),
    plan: (id) => get(pathOf(id, "/plan")),
    planFile: (id) => pathOf(id, "/plan?download"),
    snapshot: (id, at) => get(pathOf(id, "/snapshot"), { at }),
    cancel: (id, reason) => wish(id, "cancel", withReason(reason)),
    pause: (id, reason) => wish(id, "pause", withReason(reason)),
    resume: (id, reason) => wish(id, "resume", withReason(reason)),
    retry: (id, items = "failed", reason) => wish(id, "retry", { items, ...withReason(reason) }),
    approve: (id, yes) => wish(id, "approve", yes),
    replan: (id, plan, reason) =>
      wish(id, "replan", { ...(plan === undefined ? {} : { plan }), ...withReason(reason) }),
    undo: (id, reason) => post(pathOf(id, "/undo"), withReason(reason)),
    setPriority: (id, priority, reason) =>
      json(pathOf(id), { method: "PATCH", body: { priority, ...withReason(reason) } }),
    delay: (id, runAt, reason) =>
      json(pathOf(id), { method: "PATCH", body: { runAt, ...withReason(reason) } }),
    runners: () => get("/api/runners"),
    types: () => get("/api/types"),
    metrics: async () => (await send("/metrics")).text(),
    openapi: () => get("/api/openapi.json"),
    ledger: ledgerClient(sender),
    hosts: hostClient(sender),
    queues: queueClient(sender),
    pools: poolClient(sender),
    schedules: scheduleClient(sender),
    templates: templateClient(sender),
    batches: batchClient(sender),
    deadLetters: deadLetterClient(sender),
  };
};
