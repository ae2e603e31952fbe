import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import type { Stored } from "./stored.ts";

/** The most important first. */
export const PRIORITIES = ["critical", "high", "normal", "low", "background"] as const;
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

/** What was asked for: recorded once by `submitted`, never changed afterwards. */
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
}
