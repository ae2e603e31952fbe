/** How many slots a runner has, and what is in them. */
import Type, { type Static } from "typebox";

/** One slot of a runner: free, or held by an attempt. Times are RFC 3339. */
export interface SlotStatus {
  /** From 1. */
  readonly slot: number;
  readonly state: "idle" | "starting" | "working" | "ending";
  readonly taskId?: string;
  readonly attempt?: number;
  readonly since: string;
  readonly pid?: number;
}

/** An attempt paused in place: it holds no slot, but its processes stand still on this runner. */
export interface HeldStatus {
  readonly taskId: string;
  readonly attempt: number;
  readonly since: string;
  readonly pid?: number;
}

export interface PoolStatus {
  readonly slots: readonly SlotStatus[];
  readonly held: readonly HeldStatus[];
  readonly min: number;
  readonly max: number;
  /** Slots it wants to have; those beyond are given back when their work has ended. */
  readonly target: number;
  /** The target follows the work that waits and the host's load; false after `scale` with a number. */
  readonly automatic: boolean;
  /** Takes no new work; what is at work goes on. */
  readonly cordoned: boolean;
  /** Cordoned, and work that can be handed over was asked to; false again when nothing is at work. */
  readonly draining: boolean;
}

/** How many slots somebody has set for a runner (`id`); there is none while their number follows the work. */
export interface PoolSize {
  readonly id: string;
  readonly slots: number;
}

export interface PoolEvent {
  readonly type: "scaled";
  /** Null: as many as are needed again. */
  readonly slots: number | null;
}

/** `seq`: the journal's sequence of the fact that says so, or a later one: of two wishes that cross, that of the later fact counts. */
const told = { seq: Type.Integer({ minimum: 0 }) };
/** Another wish about a runner's slots than `scale`. */
export const PoolWish = Type.Object(told);
export type PoolWish = Static<typeof PoolWish>;

/** `slots`: so many from now on; null: as many as the work and the host ask for. */
export const ScaleWish = Type.Object({
  ...told,
  slots: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
});
export type ScaleWish = Static<typeof ScaleWish>;

/** `announced`: the scheduler has recorded how many slots there are now. */
export type PoolReply =
  | ({ readonly ok: true; readonly announced: boolean } & PoolStatus)
  | { readonly ok: false; readonly code: "invalid"; readonly message: string };
