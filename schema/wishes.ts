/** Wishes on the wire: request/reply from the edge to the scheduler; the answer comes once the facts are on disk. */
import type { Actor } from "./actor.ts";
import type { Capability } from "./policy.ts";
import type { BatchAction, BatchOutlook } from "./batch.ts";
import type { QueueCommand } from "./queue.ts";
import type { ScheduleCommand } from "./schedule.ts";
import type { Stored } from "./stored.ts";
import type { SubmitBody } from "./submit-body.ts";
import type { TaskCommand } from "./task.commands.ts";
import type { TemplateCommand } from "./template.ts";

/** Who wishes, with which rights; set by the edge from the session, never from the request's body. */
export interface Wisher {
  readonly actor: Actor;
  readonly capabilities: readonly Capability[];
}

interface Wish {
  /** Kept as the cause of the facts it leads to. */
  readonly id: string;
  readonly by: Wisher;
}

export interface SubmitWish extends Wish {
  readonly task: SubmitBody;
}

/** Many tasks in one wish, taken or refused one by one, in order. */
export interface SubmitManyWish extends Wish {
  readonly tasks: readonly SubmitBody[];
}

export interface QueueWish extends Wish {
  readonly queue: string;
  readonly command: QueueCommand;
  readonly reason?: string;
}

export interface ScheduleWish extends Wish {
  readonly command: ScheduleCommand;
  readonly reason?: string;
}

/**
 * `dryRun` only says what would happen. The edge has resolved a query to ids, as of a sequence, and keeps many of them in
 * the object store. An undo names no tasks: it is about what the batch has done.
 */
export interface BatchWish extends Wish {
  readonly command:
    | {
        readonly type: "start";
        readonly action: BatchAction;
        readonly tasks: Stored<readonly string[]>;
        readonly dryRun?: boolean;
        readonly ratePerS?: number;
      }
    | { readonly type: "stop"; readonly batch: string };
  readonly reason?: string;
}

/** `drain` is a cordon whose runner also hands over what it can; `scale` sets how many slots it has, null for as many as are needed. */
export interface RunnerWish extends Wish {
  readonly runner: string;
  readonly command:
    | { readonly type: "cordon" | "drain" | "uncordon" }
    | { readonly type: "scale"; readonly slots: number | null };
  readonly reason?: string;
}

export interface TemplateWish extends Wish {
  readonly command: TemplateCommand;
  readonly reason?: string;
}

export interface WhyQuestion {
  readonly taskId: string;
}

/** Why a task waits, in one sentence, with its place in line where it has one. `code` is for programs. */
export interface WhyAnswer {
  readonly ok: true;
  readonly code: string;
  readonly sentence: string;
  readonly position?: { readonly position: number; readonly of: number };
  /** Estimate in milliseconds until it starts. */
  readonly etaMs?: number;
}

export interface TaskWish extends Wish {
  readonly taskId: string;
  readonly command: TaskCommand;
}

/** `refused`: the chart says no. `key-reused`: the idempotency key belongs to a different task. `invalid`: the wish itself is wrong; `details` names the places. */
export type WishRefusal =
  | "unknown-task"
  | "unknown-record"
  | "unknown-type"
  | "invalid"
  | "too-large"
  | "forbidden"
  | "key-reused"
  | "refused"
  | "unavailable"
  | "full";

export type WishReply =
  /** `seq`: journal sequence of the last fact it caused. `repeated`: an idempotency key already had its task. */
  | {
      readonly ok: true;
      readonly taskId: string;
      readonly seq: number;
      readonly state: string;
      readonly repeated?: boolean;
    }
  | Refusal;

export interface Refusal {
  readonly ok: false;
  readonly code: WishRefusal;
  readonly message: string;
  readonly state?: string;
  readonly details?: readonly { readonly path: string; readonly message: string }[];
}

/** The answer to a wish about a queue, a schedule, a batch or a template. */
export type RecordReply = { readonly ok: true; readonly id: string; readonly seq: number } | Refusal;

/** The answer to a wish about a schedule; `taskId` is the task of a run that was asked for now. */
export type ScheduleReply =
  { readonly ok: true; readonly id: string; readonly seq: number; readonly taskId?: string } | Refusal;

/** One answer per task, in order; `seq` is the sequence of the last fact of all. */
export type SubmitManyReply =
  { readonly ok: true; readonly seq: number; readonly replies: readonly WishReply[] } | Refusal;

/** What a batch would do, or that it has begun. */
export type BatchReply = RecordReply | ({ readonly ok: true; readonly dryRun: true } & BatchOutlook);
