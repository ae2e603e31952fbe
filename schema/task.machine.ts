import { BLANK } from "./task.context.ts";
import { taskRules } from "./task.rules.ts";

const stays = { actions: "setPriority" } as const;
const toCompleted = { target: "#task.completed", actions: "finish" } as const;
const toRetryOrFailed = [
  { guard: "hasAttemptsLeft", target: "#task.retrying", actions: ["blame", "wait"] },
  { target: "#task.failed", actions: "blame" },
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
const toPausing = { guard: "canBePaused", target: "#task.pausing", actions: "noteYield" } as const;
const toQueuedHandedOver = { target: "#task.queued", actions: ["countReport", "letGo"] } as const;
const planned = [
  { guard: "needsNoYes", target: "#task.queued", actions: ["countReport", "keepPlan", "letGo"] },
  { target: "#task.awaiting-approval", actions: ["countReport", "keepPlan", "letGo"] },
] as const;
const toPendingIfLetGo = { guard: "letGo", target: "#task.pending", actions: "setDue" } as const;
const toQueuedAgain = { target: "#task.queued", actions: "revive" } as const;
const toQueuedIfApproved = { guard: "hasItsYes", ...toQueuedAgain } as const;

/**
 * The life of a task: the only place where legality is written.
 *
 * No `invoke`, no `after`, no `always`: work and time happen elsewhere and come back as facts. So the fold of the
 * journal is exact, model tests can walk every arrow, and the drawing is whole. No state is final: settled tasks can be revived.
 */
export const taskMachine = taskRules.createMachine({
  id: "task",
  initial: "unborn",
  context: BLANK,
  states: {
    unborn: {
      description: "Not yet submitted; never stored.",
      on: {
        submitted: [
          { guard: "mustWait", target: "pending", actions: "define" },
          { guard: "hasItsPlace", target: "running", actions: ["define", "hold"] },
          { target: "queued", actions: "define" },
        ],
      },
    },
    pending: {
      tags: "waiting",
      description: "Not yet due, or waiting for other tasks.",
      on: {
        released: { target: "queued", actions: "release" },
        delayed: { actions: "setDue" },
        "dependency-failed": [
          { guard: "skipsThen", target: "cancelled", actions: "missDependency" },
          { target: "failed", actions: "missDependency" },
        ],
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
        blocked: { actions: "noteBlocked" },
        delayed: toPendingIfLetGo,
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
        planned,
        "handed-over": toQueuedHandedOver,
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
        approved: { guard: "knowsThePlan", target: "queued", actions: "keepApproval" },
        "plan-discarded": { target: "queued", actions: "discardPlan" },
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
        "handed-over": { target: "paused", actions: ["countReport", "pauseElsewhere"] },
        "pause-requested": { guard: "yields", actions: "noteYield" },
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
          { guard: "heldPending", target: "pending", actions: "goOn" },
          { guard: "heldRetrying", target: "retrying", actions: "goOn" },
          { target: "queued", actions: "goOn" },
        ],
        held: { guard: "yields", actions: "forgetYield" },
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
        planned,
        "handed-over": toQueuedHandedOver,
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
        "handed-over": { target: "cancelled", actions: ["countReport", "letGo"] },
        completed: toCompleted,
        "attempt-failed": { target: "cancelled", actions: "blame" },
        "attempt-lost": { target: "cancelled", actions: ["lose", "letGo"] },
      },
    },
    retrying: {
      tags: "waiting",
      description: "An attempt failed; it is due again at a recorded time.",
      on: {
        "retry-due": { target: "queued", actions: "clearDue" },
        delayed: { actions: "setDue" },
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
      on: { revived: toQueuedIfApproved },
    },
    cancelled: {
      tags: "settled",
      description: "Stopped on purpose.",
      on: { revived: toQueuedIfApproved },
    },
  },
});
