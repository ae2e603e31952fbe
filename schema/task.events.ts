import type { Approval, ItemCounts, ItemResult, Plan, PlanHead } from "./items.ts";
import type { Stored } from "./stored.ts";
import type { Priority, TaskDefinition } from "./task.definition.ts";

/** Why an attempt failed: a code for programs, a sentence for people, and whether trying again can help. */
export interface TaskError {
  readonly code: string;
  readonly message: string;
}

/** All a runner needs to begin or to go on, handed over with the assignment. */
export interface Work {
  readonly type: string;
  readonly name: string;
  readonly payload: Stored<unknown>;
  readonly plan: Stored<Plan> | null;
  /** A yes or a guard was asked for, which only a plan can be held to. */
  readonly mustPlan?: true;
  readonly approval: Approval | null;
  readonly marks: string;
  readonly counts: ItemCounts;
  readonly checkpoint: Stored<unknown> | null;
}

/** Where an attempt runs, and under which token and time limit. */
export interface Place {
  readonly runner: string;
  readonly attempt: number;
  readonly token: string;
  readonly deadlineAt: string | null;
}

/** What a queued task waits for that is its own affair; what it shares with others is a fact of the limit they share. */
export type WaitsFor =
  | { readonly kind: "lock"; readonly lock: string; readonly holder: string }
  | { readonly kind: "requirements"; readonly message: string };

/** What is left of a paused task's times, in milliseconds; absent where it has no limit. */
export interface TimeLeft {
  readonly totalMs?: number;
  readonly attemptMs?: number;
}

/** Facts a runner's report becomes carry the report's number within its attempt, so that a repeat is known. */
interface Reported {
  readonly report: number;
}

/** The end of short work says when it began; otherwise a `started` of its own has said so. */
interface Begun {
  readonly startedAt?: string;
}

/**
 * Facts about one task. Past tense; each is journalled once and never changed.
 * Times are RFC 3339 strings in UTC.
 */
export type TaskEvent =
  | { type: "submitted"; definition: TaskDefinition; placed?: Place }
  | { type: "released" }
  | { type: "expired" }
  | { type: "dependency-failed"; task: string; state: string }
  | { type: "blocked"; on: WaitsFor }
  | { type: "delayed"; dueAt: string }
  | { type: "reprioritised"; priority: Priority }
  | ({ type: "assigned"; work: Work } & Place)
  | ({ type: "started" } & Reported)
  | { type: "unclaimed" }
  | ({ type: "items-recorded"; items: readonly ItemResult[] } & Reported)
  | ({ type: "checkpointed"; checkpoint: Stored<unknown> } & Reported)
  | ({ type: "planned"; plan: PlanHead } & Reported)
  | { type: "approved"; plan: number; hash?: string; approval?: Approval }
  | { type: "plan-discarded" }
  | ({ type: "host-lost"; message: string } & Reported)
  | ({ type: "host-back" } & Reported)
  | { type: "stalled"; evidence: string }
  | { type: "recovered" }
  | { type: "pause-requested"; yieldsTo?: string; batch?: string }
  | ({ type: "paused"; inPlace: boolean; left?: TimeLeft } & Reported)
  | { type: "held"; batch?: string; left?: TimeLeft }
  | ({ type: "handed-over"; left?: TimeLeft } & Reported)
  | { type: "resumed"; expiresAt?: string }
  | { type: "cancel-requested" }
  | ({ type: "cancelled" } & Reported)
  | { type: "withdrawn" }
  | ({ type: "completed"; result: Stored<unknown> | null } & Reported & Begun)
  | ({ type: "attempt-failed"; error: TaskError; retryable: boolean; dueAt: string } & Reported & Begun)
  | { type: "retry-due" }
  | { type: "attempt-lost"; message: string }
  | { type: "revived"; items: "all" | "failed"; expiresAt?: string | null };

export type TaskEventType = TaskEvent["type"];
export type TaskEventOf<T extends TaskEventType> = Extract<TaskEvent, { type: T }>;
