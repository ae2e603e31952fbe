import { assertEvent, assign, setup } from "xstate";
import { blankMarks, NO_ITEMS, recordItems, reopenFailed } from "./items.ts";
import { lacksYes, needsYes } from "./plan-approval.ts";
import type { TaskContext, TaskTag } from "./task.context.ts";
import type { TaskEvent } from "./task.events.ts";

/** The batch an event came from. */
const batchOf = (event: TaskEvent): string | null => ("batch" in event ? (event.batch ?? null) : null);

/** Its clocks stand still from now on. */
const stopped = (event: TaskEvent): Pick<TaskContext, "left"> => ({
  left: "left" in event ? (event.left ?? null) : null,
});

/** It was held on purpose: whatever it once made room for, the scheduler does not resume it. */
const held = (from: NonNullable<TaskContext["heldFrom"]>, event: TaskEvent) => ({
  heldFrom: from,
  yieldsTo: null,
  pausedBy: batchOf(event),
  ...stopped(event),
});

/** Each `assign` copies the whole context, so what always goes together is one. */
const reportedBy = (event: TaskEvent): { readonly reported?: number } =>
  "report" in event ? { reported: event.report } : {};

const LET_GO = { runner: null, token: null, deadlineAt: null } as const;

/** The conditions and effects the chart speaks of, by name. */
export const taskRules = setup({
  types: { context: {} as TaskContext, events: {} as TaskEvent, tags: {} as TaskTag },
  guards: {
    mustWait: ({ event }) =>
      event.type === "submitted" &&
      (event.definition.runAt !== null || (event.definition.after?.length ?? 0) > 0),
    hasItsPlace: ({ event }) => event.type === "submitted" && event.placed !== undefined,
    skipsThen: ({ context }) => context.definition?.afterPolicy?.otherwise === "skip",
    needsNoYes: ({ context, event }) => event.type === "planned" && !needsYes(context, event.plan),
    /** What goes on with a plan needs the yes to it. */
    hasItsYes: ({ context, event }) =>
      event.type === "revived" && (event.items === "all" || !lacksYes(context)),
    knowsThePlan: ({ context, event }) =>
      event.type === "approved" && event.plan === context.plan?.number && event.hash === context.plan.hash,
    canBePaused: ({ context }) => context.definition?.pause !== "none",
    yields: ({ context }) => context.yieldsTo !== null,
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
      assertEvent(event, ["assigned", "submitted"]);
      const place = event.type === "assigned" ? event : event.placed;
      if (place === undefined) return {};
      const { runner, attempt, token, deadlineAt } = place;
      const none = { left: null, heldFrom: null, error: null, waitsFor: null };
      return { runner, attempt, token, deadlineAt, reported: 0, ...none };
    }),
    noteBlocked: assign(({ event }) => {
      assertEvent(event, "blocked");
      return { waitsFor: event.on };
    }),
    setDue: assign(({ event }) => {
      assertEvent(event, "delayed");
      return { dueAt: event.dueAt, waitsFor: null };
    }),
    missDependency: assign(({ event }) => {
      assertEvent(event, "dependency-failed");
      const message = `Task ${event.task}, which comes first, is ${event.state}.`;
      return { error: { code: "dependency-failed", message }, dueAt: null };
    }),
    noteYield: assign(({ event }) => {
      assertEvent(event, "pause-requested");
      return { yieldsTo: event.yieldsTo ?? null, pausedBy: batchOf(event) };
    }),
    countReport: assign(({ event }) => reportedBy(event)),
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
      return {
        plan,
        approval: null,
        marks: blankMarks(plan.count),
        counts: { ...NO_ITEMS, planned: plan.count },
      };
    }),
    keepApproval: assign(({ event }) => {
      assertEvent(event, "approved");
      return { approval: event.approval ?? null };
    }),
    discardPlan: assign({ plan: null, approval: null, marks: "", counts: NO_ITEMS }),
    clearDue: assign({ dueAt: null }),
    release: assign(({ context }) => ({
      dueAt: null,
      released: (context.definition?.after?.length ?? 0) > 0,
    })),
    noteHeldPending: assign(({ event }) => held("pending", event)),
    noteHeldQueued: assign(({ event }) => held("queued", event)),
    noteHeldRetrying: assign(({ event }) => held("retrying", event)),
    forgetYield: assign(({ event }) => ({ yieldsTo: null, pausedBy: batchOf(event) })),
    goOn: assign(({ context, event }) => {
      assertEvent(event, "resumed");
      const { runner, left } = context;
      // Its attempt goes on where it is held; elsewhere another one begins.
      const attempt = runner !== null && left?.attemptMs !== undefined ? { attemptMs: left.attemptMs } : null;
      const expires = event.expiresAt === undefined ? {} : { expiresAt: event.expiresAt };
      return { heldFrom: null, yieldsTo: null, pausedBy: null, left: attempt, ...expires };
    }),
    pause: assign(({ event }) => {
      assertEvent(event, "paused");
      return event.inPlace ? { deadlineAt: null, ...stopped(event) } : { ...LET_GO, ...stopped(event) };
    }),
    pauseElsewhere: assign(({ event }) => ({ ...LET_GO, ...stopped(event) })),
    letGo: assign(LET_GO),
    blame: assign(({ context, event }) => {
      assertEvent(event, "attempt-failed");
      return { ...reportedBy(event), ...LET_GO, failures: context.failures + 1, error: event.error };
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
        ...reportedBy(event),
        ...LET_GO,
        outcome: context.counts.failed > 0 ? ("partial" as const) : ("full" as const),
        result: event.result,
        error: null,
      };
    }),
    revive: assign(({ context, event }) => {
      assertEvent(event, "revived");
      const fresh = {
        failures: 0,
        outcome: null,
        result: null,
        error: null,
        dueAt: null,
        released: (context.definition?.after?.length ?? 0) > 0,
        heldFrom: null,
        yieldsTo: null,
        pausedBy: null,
        waitsFor: null,
        expiresAt: event.expiresAt ?? null,
        left: null,
      };
      if (event.items === "failed") return { ...fresh, ...reopenFailed(context.marks, context.counts) };
      return { ...fresh, plan: null, approval: null, marks: "", counts: NO_ITEMS, checkpoint: null };
    }),
  },
});
