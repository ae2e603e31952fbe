import { assertEvent, assign, setup } from "xstate";
import { blankMarks, type ItemCounts, NO_ITEMS, type PlanHead, recordItems, reopenFailed } from "./items.ts";
import type { Stored } from "./stored.ts";
import type { Priority, TaskDefinition } from "./task.definition.ts";
import type { TaskError, TaskEvent } from "./task.events.ts";

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
  /** When the running attempt is out of time. */
  readonly deadlineAt: string | null;
  /** Where a held task came from, and where it goes back to. */
  readonly heldFrom: "pending" | "queued" | "retrying" | null;
  readonly plan: PlanHead | null;
  readonly marks: string;
  readonly counts: ItemCounts;
  readonly checkpoint: Stored<unknown> | null;
  readonly outcome: "full" | "partial" | null;
  readonly result: Stored<unknown> | null;
  readonly error: TaskError | null;
}

const BLANK: TaskContext = {
  definition: null,
  priority: "normal",
  attempt: 0,
  failures: 0,
  runner: null,
  token: null,
  reported: 0,
  dueAt: null,
  deadlineAt: null,
  heldFrom: null,
  plan: null,
  marks: "",
  counts: NO_ITEMS,
  checkpoint: null,
  outcome: null,
  result: null,
  error: null,
};

const LET_GO = { runner: null, token: null, deadlineAt: null } as const;

const machineSetup = setup({
  types: { context: {} as TaskContext, events: {} as TaskEvent, tags: {} as TaskTag },
  guards: {
    mustWait: ({ event }) => event.type === "submitted" && event.definition.runAt !== null,
    needsNoYes: ({ context }) => context.definition?.approval !== true,
    knowsThePlan: ({ context, event }) => event.type === "approved" && event.plan === context.plan?.number,
    canBePaused: ({ context }) => context.definition?.pause !== "none",
    heldPending: ({ context }) => context.heldFrom === "pending",
    heldRetrying: ({ context }) => context.heldFrom === "retrying",
    inPlace: ({ context }) => context.runner !== null,
    letGo: ({ context }) => context.runner === null,
    hasAttemptsLeft: ({ context, event }) =>
      event.type === "attempt-failed" &&
      event.retryable &&
      context.failures + 1 < (context.definition?.retry.maxAttempts ?? 1),
    mayRunAgain: ({ context }) => context.definition?.repeatable === true,
    inPlaceAndMayRunAgain: ({ context }) =>
      context.runner !== null && (context.definition?.repeatable === true || context.checkpoint !== null),
    isPartial: ({ context }) => context.outcome === "partial",
  },
  actions: {
    define: assign(({ event }) => {
      assertEvent(event, "submitted");
      const { definition } = event;
      return { definition, priority: definition.priority, dueAt: definition.runAt };
    }),
    setPriority: assign(({ event }) => {
      assertEvent(event, "reprioritised");
      return { priority: event.priority };
    }),
    hold: assign(({ event }) => {
      assertEvent(event, "assigned");
      const { runner, attempt, token, deadlineAt } = event;
      return { runner, attempt, token, deadlineAt, reported: 0, heldFrom: null, error: null };
    }),
    countReport: assign(({ event }) => ("report" in event ? { reported: event.report } : {})),
    recordItems: assign(({ context, event }) => {
      assertEvent(event, "items-recorded");
      return recordItems(context.marks, context.counts, event.items);
    }),
    keepCheckpoint: assign(({ event }) => {
      assertEvent(event, "checkpointed");
      return { checkpoint: event.checkpoint };
    }),
    keepPlan: assign(({ event }) => {
      assertEvent(event, "planned");
      const { plan } = event;
      return { plan, marks: blankMarks(plan.count), counts: { ...NO_ITEMS, planned: plan.count } };
    }),
    clearDue: assign({ dueAt: null }),
    noteHeldPending: assign({ heldFrom: "pending" }),
    noteHeldQueued: assign({ heldFrom: "queued" }),
    noteHeldRetrying: assign({ heldFrom: "retrying" }),
    forgetHeld: assign({ heldFrom: null }),
    pause: assign(({ event }) => {
      assertEvent(event, "paused");
      return event.inPlace ? { deadlineAt: null } : LET_GO;
    }),
    letGo: assign(LET_GO),
    blame: assign(({ context, event }) => {
      assertEvent(event, "attempt-failed");
      return { failures: context.failures + 1, error: event.error };
    }),
    wait: assign(({ event }) => {
      assertEvent(event, "attempt-failed");
      return { dueAt: event.dueAt };
    }),
    lose: assign(({ event }) => {
      assertEvent(event, "attempt-lost");
      return { error: { code: "attempt-lost", message: event.message } };
    }),
    loseForGood: assign(({ event }) => {
      assertEvent(event, "attempt-lost");
      return { error: { code: "outcome-unknown", message: event.message } };
    }),
    expire: assign({
      error: { code: "expired", message: "It was not finished before its time ran out." },
      dueAt: null,
    }),
    finish: assign(({ context, event }) => {
      assertEvent(event, "completed");
      return {
        outcome: context.counts.failed > 0 ? ("partial" as const) : ("full" as const),
        result: event.result,
        error: null,
      };
    }),
    revive: assign(({ context, event }) => {
      assertEvent(event, "revived");
      const fresh = { failures: 0, outcome: null, result: null, error: null, dueAt: null, heldFrom: null };
      if (event.items === "failed") return { ...fresh, ...reopenFailed(context.marks, context.counts) };
      return { ...fresh, plan: null, marks: "", counts: NO_ITEMS, checkpoint: null };
    }),
  },
});

const stays = { actions: "setPriority" } as const;
const toCompleted = { target: "#task.completed", actions: ["countReport", "finish", "letGo"] } as const;
const toRetryOrFailed = [
  { guard: "hasAttemptsLeft", target: "#task.retrying", actions: ["countReport", "blame", "wait", "letGo"] },
  { target: "#task.failed", actions: ["countReport", "blame", "letGo"] },
] as const;
const toQueuedOrUnknown = [
  { guard: "mayRunAgain", target: "#task.queued", actions: ["lose", "letGo"] },
  { target: "#task.failed", actions: ["loseForGood", "letGo"] },
] as const;
const toFailedByTime = { target: "#task.failed", actions: ["expire", "letGo"] } as const;
const toCancelledIfLetGo = { guard: "letGo", target: "#task.cancelled", actions: "clearDue" } as const;
const toCancellingIfInPlace = { guard: "inPlace", target: "#task.cancelling" } as const;
const itemsRecorded = { actions: ["countReport", "recordItems"] } as const;
const checkpointed = { actions: ["countReport", "keepCheckpoint"] } as const;
const toPausing = { guard: "canBePaused", target: "#task.pausing" } as const;
const toQueuedAgain = { target: "#task.queued", actions: "revive" } as const;

/**
 * The life of a task: the only place where legality is written.
 *
 * No `invoke`, no `after`, no `always`: work and time happen elsewhere and come back as facts. So the fold of the
 * journal is exact, model tests can walk every arrow, and the drawing is whole. No state is final: settled tasks can be revived.
 */
export const taskMachine = machineSetup.createMachine({
  id: "task",
  initial: "unborn",
  context: BLANK,
  states: {
    unborn: {
      description: "Not yet submitted; never stored.",
      on: {
        submitted: [
          { guard: "mustWait", target: "pending", actions: "define" },
          { target: "queued", actions: "define" },
        ],
      },
    },
    pending: {
      tags: "waiting",
      description: "Not yet due.",
      on: {
        released: { target: "queued", actions: "clearDue" },
        expired: toFailedByTime,
        reprioritised: stays,
        held: { target: "paused", actions: "noteHeldPending" },
        withdrawn: toCancelledIfLetGo,
      },
    },
    queued: {
      tags: "waiting",
      description: "Ready, waiting for a slot.",
      on: {
        assigned: { target: "running", actions: "hold" },
        expired: toFailedByTime,
        reprioritised: stays,
        held: { target: "paused", actions: "noteHeldQueued" },
        withdrawn: toCancelledIfLetGo,
        "cancel-requested": toCancellingIfInPlace,
        "attempt-lost": [
          { guard: "inPlaceAndMayRunAgain", actions: ["lose", "letGo"] },
          { guard: "inPlace", target: "failed", actions: ["loseForGood", "letGo"] },
        ],
      },
    },
    running: {
      tags: "active",
      description: "A runner has it.",
      initial: "starting",
      on: {
        reprioritised: stays,
        "items-recorded": itemsRecorded,
        checkpointed,
        planned: [
          { guard: "needsNoYes", target: "queued", actions: ["countReport", "keepPlan", "letGo"] },
          { target: "awaiting-approval", actions: ["countReport", "keepPlan", "letGo"] },
        ],
        stalled: "stuck",
        "pause-requested": toPausing,
        "cancel-requested": "cancelling",
        completed: toCompleted,
        "attempt-failed": toRetryOrFailed,
        "attempt-lost": toQueuedOrUnknown,
      },
      states: {
        starting: {
          description: "Assigned; the runner has not confirmed yet.",
          on: {
            started: { target: "working", actions: "countReport" },
            unclaimed: { target: "#task.queued", actions: "letGo" },
          },
        },
        working: {
          description: "At work.",
          on: { "host-lost": { target: "waiting-for-host", actions: "countReport" } },
        },
        "waiting-for-host": {
          description: "Its engine is away; it goes on by itself when the engine is back.",
          on: { "host-back": { target: "working", actions: "countReport" } },
        },
      },
    },
    "awaiting-approval": {
      tags: "waiting",
      description: "Its plan is ready and needs a yes.",
      on: {
        approved: { guard: "knowsThePlan", target: "queued" },
        expired: toFailedByTime,
        reprioritised: stays,
        withdrawn: toCancelledIfLetGo,
      },
    },
    pausing: {
      tags: "active",
      description: "Asked to pause; the runner has not yet done so.",
      on: {
        reprioritised: stays,
        "items-recorded": itemsRecorded,
        checkpointed,
        paused: { target: "paused", actions: ["countReport", "pause"] },
        "cancel-requested": "cancelling",
        completed: toCompleted,
        "attempt-failed": toRetryOrFailed,
        "attempt-lost": toQueuedOrUnknown,
      },
    },
    paused: {
      tags: "waiting",
      description: "Put aside: held in place by its runner, or let go.",
      on: {
        resumed: [
          { guard: "heldPending", target: "pending", actions: "forgetHeld" },
          { guard: "heldRetrying", target: "retrying", actions: "forgetHeld" },
          { target: "queued", actions: "forgetHeld" },
        ],
        expired: toFailedByTime,
        reprioritised: stays,
        withdrawn: toCancelledIfLetGo,
        "cancel-requested": toCancellingIfInPlace,
        "attempt-lost": [
          { guard: "inPlaceAndMayRunAgain", actions: ["lose", "letGo"] },
          { guard: "inPlace", target: "failed", actions: ["loseForGood", "letGo"] },
        ],
      },
    },
    stuck: {
      tags: "active",
      description: "Evidence says it makes no progress.",
      on: {
        reprioritised: stays,
        "items-recorded": itemsRecorded,
        checkpointed,
        recovered: "running.working",
        "pause-requested": toPausing,
        "cancel-requested": "cancelling",
        completed: toCompleted,
        "attempt-failed": toRetryOrFailed,
        "attempt-lost": toQueuedOrUnknown,
      },
    },
    cancelling: {
      tags: "active",
      description: "Asked to stop; the runner has not let go yet.",
      on: {
        reprioritised: stays,
        "items-recorded": itemsRecorded,
        checkpointed,
        cancelled: { target: "cancelled", actions: ["countReport", "letGo"] },
        completed: toCompleted,
        "attempt-failed": { target: "cancelled", actions: ["countReport", "blame", "letGo"] },
        "attempt-lost": { target: "cancelled", actions: ["lose", "letGo"] },
      },
    },
    retrying: {
      tags: "waiting",
      description: "An attempt failed; it is due again at a recorded time.",
      on: {
        "retry-due": { target: "queued", actions: "clearDue" },
        expired: toFailedByTime,
        reprioritised: stays,
        held: { target: "paused", actions: "noteHeldRetrying" },
        withdrawn: toCancelledIfLetGo,
      },
    },
    completed: {
      tags: "settled",
      description: "Done.",
      on: { revived: { guard: "isPartial", ...toQueuedAgain } },
    },
    failed: {
      tags: "settled",
      description: "Out of attempts, not retryable, expired, or its outcome is unknown.",
      on: { revived: toQueuedAgain },
    },
    cancelled: {
      tags: "settled",
      description: "Stopped on purpose.",
      on: { revived: toQueuedAgain },
    },
  },
});
