/** Recurring tasks: when, what, and what happens when one run meets the next or was missed. */
import Type, { type Static } from "typebox";
import type { Capability } from "./policy.ts";
import type { Actor } from "./actor.ts";
import { SubmitBody } from "./submit-body.ts";

const strict = { additionalProperties: false } as const;

/** While the task before is unsettled: leave this run out, let it wait its turn, or cancel the one before. */
export const OVERLAPS = ["skip", "queue", "replace"] as const;
/** After a time without a scheduler: none of the runs that were missed, the latest one, or all of them (at most 100). */
export const MISSED = ["none", "one", "all"] as const;
export const MISSED_MOST = 100;
/** Which schedule a task comes from. */
export const SCHEDULE_LABEL = "longshore.schedule";

export const ScheduleBody = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    cron: Type.String({
      minLength: 1,
      maxLength: 200,
      description: "Five fields, or six with seconds first; or a nickname such as @daily.",
    }),
    timezone: Type.Optional(Type.String({ maxLength: 64, description: "IANA name; UTC when absent." })),
    jitterMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 3_600_000,
        description: "Each run starts up to this much later, and before the next one is due.",
      }),
    ),
    overlap: Type.Optional(Type.Enum([...OVERLAPS])),
    missed: Type.Optional(Type.Enum([...MISSED])),
    task: SubmitBody,
  },
  strict,
);
export type ScheduleBody = Static<typeof ScheduleBody>;
export const SchedulePatch = Type.Partial(ScheduleBody, strict);
export type SchedulePatch = Static<typeof SchedulePatch>;

export interface Schedule {
  readonly id: string;
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly jitterMs: number;
  readonly overlap: (typeof OVERLAPS)[number];
  readonly missed: (typeof MISSED)[number];
  readonly task: SubmitBody;
  readonly state: "active" | "paused";
  /** Who made it, and with which rights its tasks are submitted. */
  readonly by: Actor;
  readonly rights: readonly Capability[];
  readonly createdAt: string;
  /** The next nominal moment (RFC 3339), null when there is none or it is paused. */
  readonly dueAt: string | null;
  /** That moment and its jitter: when it fires. */
  readonly firesAt: string | null;
  readonly lastTask: string | null;
  readonly lastDueAt: string | null;
  /** What the plans of its latest tasks meant to act on, the oldest first, at most PLANS_REMEMBERED; absent: none was made yet. Without those that exceeded their guard and got no yes. */
  readonly plans?: readonly { readonly task: string; readonly acts: number }[];
}

/** `fired` made a task for a due moment; `passed-over` made none, and says why. `planned`: a task of its made a plan, or (`yes`) somebody said yes to one that exceeded its guard. */
export type ScheduleEvent =
  | { readonly type: "created" }
  | { readonly type: "changed"; readonly changes: SchedulePatch }
  | { readonly type: "schedule-paused" }
  | { readonly type: "schedule-resumed" }
  | { readonly type: "deleted" }
  | { readonly type: "fired"; readonly dueAt: string; readonly task: string }
  | { readonly type: "planned"; readonly task: string; readonly acts: number; readonly yes?: true }
  | { readonly type: "passed-over"; readonly dueAt: string; readonly runs: number; readonly why: string };

export const ScheduleCommand = Type.Union([
  Type.Object({ type: Type.Literal("create"), schedule: ScheduleBody }, strict),
  Type.Object({ type: Type.Literal("change"), id: Type.String(), changes: SchedulePatch }, strict),
  Type.Object({ type: Type.Literal("pause"), id: Type.String() }, strict),
  Type.Object({ type: Type.Literal("resume"), id: Type.String() }, strict),
  Type.Object({ type: Type.Literal("delete"), id: Type.String() }, strict),
  Type.Object({ type: Type.Literal("run"), id: Type.String() }, strict),
]);
export type ScheduleCommand = Static<typeof ScheduleCommand>;
