import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import type { PlanGuard } from "./plan-guard.ts";
import type { Capability } from "./policy.ts";
import type { Stored } from "./stored.ts";
import { PRIORITIES } from "./priorities.ts";

export const Priority = Type.Enum([...PRIORITIES], {
  description: "The more important go first; first in, first out within one priority.",
});
export type Priority = (typeof PRIORITIES)[number];

/** How often a failed attempt is tried again, and how long to wait before: initialMs × factor^(failures − 1), at most maxMs, ± jitter (a share, 0–1). */
export const RetryPolicy = Type.Object(
  {
    maxAttempts: Type.Integer({ minimum: 1, maximum: 100 }),
    initialMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
    factor: Type.Number({ minimum: 1, maximum: 10 }),
    maxMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }),
    jitter: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { additionalProperties: false },
);
export type RetryPolicy = Static<typeof RetryPolicy>;

export const DEFAULT_RETRY: RetryPolicy = {
  maxAttempts: 1,
  initialMs: 1_000,
  factor: 2,
  maxMs: 300_000,
  jitter: 0.2,
};

/** How work of a type can be paused: frozen in place, let go at a checkpoint, or not at all. */
export const PAUSE_WAYS = ["freeze", "checkpoint", "none"] as const;
export type PauseWay = (typeof PAUSE_WAYS)[number];

/** Limits of one attempt and of the whole life, in milliseconds; null means none. */
export interface TaskTimeout {
  readonly attemptMs: number | null;
  readonly totalMs: number | null;
}

/** When a task that comes after others may go: all of them succeeded, all settled either way, or any one succeeded. */
export const AFTER_WHEN = ["succeeded", "settled", "any"] as const;
/** What becomes of it when that can no longer happen: it fails, is skipped (cancelled), or goes on all the same. */
export const AFTER_OTHERWISE = ["fail", "skip", "continue"] as const;
export interface AfterPolicy {
  readonly when: (typeof AFTER_WHEN)[number];
  readonly otherwise: (typeof AFTER_OTHERWISE)[number];
}
export const DEFAULT_AFTER_POLICY: AfterPolicy = { when: "succeeded", otherwise: "fail" };

/** At most `limit` tasks with this key are active at once. */
export interface KeyLimit {
  readonly key: string;
  readonly limit: number;
}

/** At most `limit` starts per `perMs` milliseconds; that many at once when none were used. */
export interface Rate {
  readonly limit: number;
  readonly perMs: number;
}

/** For types that say nothing themselves. */
export const STUCK_AFTER_MS = 300_000;

/** What a task needs of a runner: processors (fractions allowed), bytes, and labels the runner must wear. */
export interface Requirements {
  readonly cpus?: number;
  readonly memoryBytes?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/**
 * What was asked for: recorded once by `submitted`, never changed afterwards. What is absent was not asked for, so that
 * the fact stays small and older facts stay true.
 */
export interface TaskDefinition {
  readonly id: string;
  readonly type: string;
  /** One human line: what this task does, to what. */
  readonly name: string;
  readonly queue: string;
  readonly priority: Priority;
  readonly payload: Stored<unknown>;
  readonly labels: Readonly<Record<string, string>>;
  readonly runAt: string | null;
  readonly retry: RetryPolicy;
  readonly timeout: TaskTimeout;
  /** Declared by the type: may a lost attempt simply be run again? */
  readonly repeatable: boolean;
  readonly pause: PauseWay;
  /** Must a person say yes to the plan? */
  readonly approval: boolean;
  readonly idempotencyKey: string | null;
  readonly submittedBy: Actor;
  readonly submittedAt: string;
  /** The moment the whole life runs out, or null. */
  readonly expiresAt: string | null;
  /** Tasks that come first. */
  readonly after?: readonly string[];
  readonly afterPolicy?: AfterPolicy;
  readonly concurrency?: KeyLimit;
  /** A rate shared by all tasks with this key. */
  readonly rate?: Rate & { readonly key: string };
  /** Names of what no two active tasks may hold at once. */
  readonly locks?: readonly string[];
  /** What its plans are held to without a yes. */
  readonly guard?: PlanGuard;
  /** Declared by the type: it counts against the limit of its type for this value of a payload's field; absent: its runner's id. */
  readonly lane?: { readonly by: string; readonly value?: string };
  /** Declared by the type: the host it is about, which its runner must reach; null: its runner's own, whichever takes it first. */
  readonly site?: string | null;
  /** Declared by the type: each item of the plan is locked as `<itemLock>:<item id>`. */
  readonly itemLock?: string;
  readonly requires?: Requirements;
  /** Declared by the type: how long it may show no sign of life before it counts as stuck; 0: for ever; absent: STUCK_AFTER_MS. */
  readonly stuckAfterMs?: number;
  /** The running task that submitted it. */
  readonly parent?: string;
  /** How many tasks of which one submitted the next stand before it; absent: none, or older than this count. */
  readonly generation?: number;
  /** The task it repeats with changes. */
  readonly retryOf?: string;
  /** Rights of who submitted it: all that its children may make use of. */
  readonly rights?: readonly Capability[];
}
