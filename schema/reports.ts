/** What runners tell the scheduler (request/reply), and what it answers once the facts are on disk. */
import type { ExecutorType } from "./executor-type.ts";
import type { ItemResult, Plan } from "./items.ts";
import type { Requirements } from "./task.definition.ts";
import type { TaskError } from "./task.events.ts";

/** Milliseconds. A runner renews every `renewMs`, freezes its work when unrenewed for `freezeMs`, is lost after `lostMs`. */
export const LEASE = { renewMs: 1_000, freezeMs: 3_000, lostMs: 4_500 } as const;

/** A file of the user's that should hold an executor and does not, and why. */
export interface ExecutorFault {
  readonly file: string;
  readonly message: string;
}

/** A runner process introduces itself; attempts of an earlier boot of the same runner are lost, those of this one are not. */
export interface Hello {
  readonly runner: string;
  readonly boot: string;
  readonly slots: number;
  readonly types: readonly ExecutorType[];
  /** What it can spare for tasks that say what they need; absent: without end, and no labels. */
  readonly offers?: Requirements;
  /** Files of the user's that are not among the types. */
  readonly faults?: readonly ExecutorFault[];
  /** How it keeps attempts within their limits, and in one sentence what that is worth. */
  readonly isolation?: { readonly groups: "cgroup2" | "cgroup1" | "soft"; readonly message: string };
  readonly host: string;
  readonly pid: number;
  /** Names of the container hosts it reaches, its own first; absent: it does not say. */
  readonly sites?: readonly string[];
  /** Tells its machine and data folder from others: two runners that are called the same are told apart by it. */
  readonly place?: string;
  /** Highest journal sequence this runner ever saw; 0 on first boot. A stream behind it is refused. */
  readonly seen: number;
}

/** `seq`: the inbox begins after this journal sequence. */
export interface Welcome {
  readonly ok: true;
  readonly seq: number;
  readonly epoch: number;
  /** Somebody has taken it out of service: it takes no new work until it is put back. */
  readonly cordoned?: boolean;
  /** Somebody has set how many slots it has; absent: as many as it needs. */
  readonly slots?: number;
}

/** A monitor tells how its host does: `reason` says in one sentence what is too much, null that nothing is. */
export interface Pressure {
  /** Who reports, as in its subject. */
  readonly runner: string;
  readonly host: string;
  readonly reason: string | null;
}

/** A monitor tells of an attempt: `evidence` says in one sentence why it counts as stuck, null that it shows signs of life again. */
export interface Stall {
  /** Who reports, as in its subject. */
  readonly runner: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly evidence: string | null;
}

export interface LeaseRenewal {
  readonly runner: string;
  readonly boot: string;
}

export type AttemptReportBody =
  | { readonly type: "started" }
  | { readonly type: "unclaimed"; readonly message: string }
  | { readonly type: "planned"; readonly plan: Plan }
  | { readonly type: "items-recorded"; readonly items: readonly ItemResult[] }
  | { readonly type: "checkpointed"; readonly checkpoint: unknown }
  | { readonly type: "host-lost"; readonly message: string }
  | { readonly type: "host-back" }
  | { readonly type: "paused"; readonly inPlace: boolean }
  /** Let go at a checkpoint because the runner wants to be rid of it; anybody may go on with it. */
  | { readonly type: "handed-over" }
  | { readonly type: "cancelled" }
  | ({ readonly type: "completed"; readonly result: unknown } & Begun)
  | ({ readonly type: "attempt-failed"; readonly error: TaskError; readonly retryable: boolean } & Begun);

/** Short work tells when it began only with its end (RFC 3339). */
interface Begun {
  readonly startedAt?: string;
}

/** One thing an attempt reports; `number` counts 1, 2, 3 … within the attempt, so a repeat is known and ignored. */
export interface AttemptReport {
  readonly runner: string;
  readonly boot: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly token: string;
  readonly number: number;
  readonly body: AttemptReportBody;
}

export const REPORTS_PER_MESSAGE = 256;

/** What several attempts report at once, at most REPORTS_PER_MESSAGE; the replies stand in the same order. */
export interface AttemptReports {
  readonly runner: string;
  readonly boot: string;
  readonly reports: readonly Omit<AttemptReport, "runner" | "boot">[];
}

/**
 * `stale`: the attempt is no longer the task's; kill its work. `unknown-runner`: say hello again.
 * `name-taken`: another runner that is called the same is at work.
 * `illegal`: the chart does not allow it now. `unavailable`: nothing was recorded; try again.
 */
export type ReportRefusal =
  "stale" | "unknown-runner" | "name-taken" | "illegal" | "behind" | "unavailable" | "invalid";

export type ReportReply =
  | { readonly ok: true; readonly seq: number }
  | { readonly ok: false; readonly code: ReportRefusal; readonly message: string };

export type ReportReplies =
  { readonly ok: true; readonly replies: readonly ReportReply[] } | Extract<ReportReply, { ok: false }>;
