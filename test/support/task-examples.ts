import type { TaskDefinition } from "#schema/task.definition.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import type { TaskEvent, TaskEventType } from "#schema/task.events.ts";

/** A definition to submit; override what the test is about. */
export const aDefinition = (overrides: Partial<TaskDefinition> = {}): TaskDefinition => ({
  id: "task-1",
  type: "command",
  name: "Say hello",
  queue: "default",
  priority: "normal",
  payload: { value: { command: ["echo", "hello"] } },
  labels: {},
  runAt: null,
  retry: { ...DEFAULT_RETRY, maxAttempts: 2 },
  timeout: { attemptMs: null, totalMs: null },
  repeatable: true,
  pause: "freeze",
  approval: false,
  idempotencyKey: null,
  submittedBy: { kind: "user", id: "ada" },
  submittedAt: "2026-11-21T08:00:00.000Z",
  expiresAt: null,
  ...overrides,
});

/** One example of each fact: the compiler asks for a new one when a fact is added. */
export const EXAMPLES: { readonly [T in TaskEventType]: Extract<TaskEvent, { type: T }> } = {
  submitted: { type: "submitted", definition: aDefinition() },
  released: { type: "released" },
  expired: { type: "expired" },
  "dependency-failed": { type: "dependency-failed", task: "task-0", state: "failed" },
  blocked: { type: "blocked", on: { kind: "lock", lock: "container:a", holder: "task-0" } },
  delayed: { type: "delayed", dueAt: "2026-11-21T10:00:00.000Z" },
  reprioritised: { type: "reprioritised", priority: "normal" },
  assigned: {
    type: "assigned",
    runner: "r1",
    attempt: 1,
    token: "token-1",
    deadlineAt: null,
    work: {
      type: "command",
      name: "Say hello",
      payload: { value: {} },
      plan: null,
      marks: "",
      counts: { planned: 0, done: 0, unchanged: 0, skipped: 0, failed: 0 },
      approval: null,
      checkpoint: null,
    },
  },
  started: { type: "started", report: 1 },
  unclaimed: { type: "unclaimed" },
  "items-recorded": {
    type: "items-recorded",
    report: 1,
    items: [{ index: 0, outcome: "failed", code: "x" }],
  },
  checkpointed: { type: "checkpointed", report: 1, checkpoint: { value: 1 } },
  planned: {
    type: "planned",
    report: 1,
    plan: { number: 1, count: 1, plan: { value: { items: [{ id: "a", name: "a" }] } } },
  },
  approved: { type: "approved", plan: 1 },
  "plan-discarded": { type: "plan-discarded" },
  "host-lost": { type: "host-lost", report: 1, message: "no engine" },
  "host-back": { type: "host-back", report: 1 },
  stalled: { type: "stalled", evidence: "no output for 10 min" },
  recovered: { type: "recovered" },
  "pause-requested": { type: "pause-requested" },
  paused: { type: "paused", report: 1, inPlace: true },
  held: { type: "held" },
  "handed-over": { type: "handed-over", report: 1 },
  resumed: { type: "resumed" },
  "cancel-requested": { type: "cancel-requested" },
  cancelled: { type: "cancelled", report: 1 },
  withdrawn: { type: "withdrawn" },
  completed: { type: "completed", report: 1, result: null },
  "attempt-failed": {
    type: "attempt-failed",
    report: 1,
    error: { code: "x", message: "y" },
    retryable: true,
    dueAt: "2026-11-21T08:01:00.000Z",
  },
  "retry-due": { type: "retry-due" },
  "attempt-lost": { type: "attempt-lost", message: "runner r1 is lost" },
  revived: { type: "revived", items: "failed" },
};

/** The kinds of task whose lives differ: each is born by its own `submitted`. */
export const BIRTHS: readonly TaskEvent[] = [
  EXAMPLES.submitted,
  { type: "submitted", definition: aDefinition({ runAt: "2026-11-21T09:00:00.000Z" }) },
  { type: "submitted", definition: aDefinition({ repeatable: false }) },
  {
    type: "submitted",
    definition: aDefinition({ after: ["task-0"], afterPolicy: { when: "succeeded", otherwise: "skip" } }),
  },
  { type: "submitted", definition: aDefinition({ approval: true, pause: "none" }) },
  {
    type: "submitted",
    definition: aDefinition(),
    placed: { runner: "r1", attempt: 1, token: "token-1", deadlineAt: null },
  },
];
