import { type Approval, type ItemCounts, NO_ITEMS, type PlanHead } from "./items.ts";
import type { Stored } from "./stored.ts";
import type { Priority, TaskDefinition } from "./task.definition.ts";
import type { TaskError, TimeLeft, WaitsFor } from "./task.events.ts";

/** Raised whenever a stored fact could mean something else to the new chart than it meant to the old one. */
export const MACHINE_VERSION = 1;

export type TaskTag = "waiting" | "active" | "settled";

/** What the life of a task leaves behind. Bounded: nothing here grows with time. */
export interface TaskContext {
  readonly definition: TaskDefinition | null;
  readonly priority: Priority;
  /** Ordinal of the latest assignment; 0 before the first. */
  readonly attempt: number;
  /** Failed attempts since birth or revival; only these use up the retry policy. */
  readonly failures: number;
  /** The runner that holds it: at work, or paused in place. */
  readonly runner: string | null;
  /** Fences the attempt: a report with another token is stale. */
  readonly token: string | null;
  /** Number of the last report taken from this attempt. */
  readonly reported: number;
  /** When a pending or retrying task is due. */
  readonly dueAt: string | null;
  /** A task that comes after others was released or revived: it waits for them no more. */
  readonly released: boolean;
  /** When its whole life runs out since it was revived or resumed; null when it was not: its definition says when. */
  readonly expiresAt: string | null;
  /** When the running attempt is out of time. */
  readonly deadlineAt: string | null;
  /** What its clocks showed when they were stopped: of its whole life while it is paused, of its attempt until it goes on. */
  readonly left: TimeLeft | null;
  /** Where a held task came from, and where it goes back to. */
  readonly heldFrom: "pending" | "queued" | "retrying" | null;
  readonly plan: PlanHead | null;
  /** What the yes to that plan said; null when it needed none or has none yet. */
  readonly approval: Approval | null;
  readonly marks: string;
  readonly counts: ItemCounts;
  readonly checkpoint: Stored<unknown> | null;
  /** The task it was paused for by the scheduler, which also resumes it; null when a person paused it. */
  readonly yieldsTo: string | null;
  /** The batch that paused it; null when somebody else did. */
  readonly pausedBy: string | null;
  /** Its own reason to wait while it is queued, as last recorded. */
  readonly waitsFor: WaitsFor | null;
  readonly outcome: "full" | "partial" | null;
  readonly result: Stored<unknown> | null;
  readonly error: TaskError | null;
}

export const BLANK: TaskContext = {
  definition: null,
  priority: "normal",
  attempt: 0,
  failures: 0,
  runner: null,
  token: null,
  reported: 0,
  dueAt: null,
  released: false,
  expiresAt: null,
  deadlineAt: null,
  left: null,
  heldFrom: null,
  plan: null,
  approval: null,
  marks: "",
  counts: NO_ITEMS,
  checkpoint: null,
  yieldsTo: null,
  pausedBy: null,
  waitsFor: null,
  outcome: null,
  result: null,
  error: null,
};

/** The moment the whole life of a task runs out, or null: it has no limit, or its clocks stand still. */
export const expiryOf = ({ expiresAt, left, definition }: TaskContext): string | null =>
  left?.totalMs === undefined ? (expiresAt ?? definition?.expiresAt ?? null) : null;
