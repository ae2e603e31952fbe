/** One run of a schedule, and all that is due of one: task fact first, then the schedule's, in one turn. */
import { timestamp } from "#infra/clock.ts";
import type { CronTimes } from "#schema/cron.ts";
import { type Schedule, SCHEDULE_LABEL, type ScheduleEvent } from "#schema/schedule.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { decide } from "#schema/task.decide.ts";
import type { Refusal, WishRefusal } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import type { DueRuns, RunStep } from "./due-runs.ts";
import { submitAtOnce } from "../submission/submit.ts";
import { type Cause, type LiveTask, snapshotOf } from "../tasks.ts";

/** Refusals that say nothing about the task. */
const AGAIN: ReadonlySet<WishRefusal> = new Set(["full", "unavailable"]);

/** The task it made; or that it made none, and whether that was the schedule's own rule. */
export type Run =
  | { readonly ok: true; readonly task: string }
  | { readonly ok: false; readonly overlaps: true; readonly why: string }
  | { readonly ok: false; readonly overlaps: false; readonly why: string; readonly refusal: Refusal };

/** The next moment and when it fires: at once when it has gone by, else after its jitter and before the one that follows. */
export const upcoming = (
  { clock, ids }: Authority,
  times: CronTimes,
  due: number | null,
  jitterMs: number,
): Pick<Schedule, "dueAt" | "firesAt"> => {
  if (due === null) return { dueAt: null, firesAt: null };
  const room = (times.next(due) ?? Infinity) - due;
  const later = due <= clock.now() ? 0 : Math.floor(ids.chance() * Math.min(jitterMs, room));
  return { dueAt: timestamp(due), firesAt: timestamp(due + later) };
};

/** A task has one key of concurrency: where that is its own already, a lock keeps the runs apart. */
const apart = ({ id, overlap, task }: Schedule): Partial<SubmitBody> => {
  const name = `schedule:${id}`;
  if (overlap === "skip") return {};
  return task.concurrency
    ? { locks: [...(task.locks ?? []), name] }
    : { concurrency: { key: name, limit: 1 } };
};

const causeOf = (schedule: Schedule, key: string): Cause => ({
  by: { kind: "schedule", id: schedule.id },
  id: key,
});

/** The task of the run before, while it is not settled. */
const unsettled = ({ tasks }: Authority, { lastTask }: Schedule): LiveTask | undefined =>
  lastTask === null ? undefined : tasks.get(lastTask);

const cancel = ({ tasks }: Authority, task: LiveTask, cause: Cause): void => {
  const decision = decide(snapshotOf(task), { type: "cancel" });
  if (decision.ok)
    tasks.record(task, decision.event, { ...cause, reason: "Replaced by the schedule's next run." });
};

const taskOf = (schedule: Schedule, key: string): SubmitBody => ({
  ...schedule.task,
  ...apart(schedule),
  labels: { ...schedule.task.labels, [SCHEDULE_LABEL]: schedule.id },
  idempotencyKey: key,
});

/** Submits the schedule's task under a key of its own: a second run with the same key has the first one's task. */
export const runOnce = (authority: Authority, schedule: Schedule, key: string): Run => {
  const before = unsettled(authority, schedule);
  const cause = causeOf(schedule, key);
  let task = authority.tasks.byIdempotencyKey(key);
  if (task === undefined) {
    if (schedule.overlap === "skip" && before)
      return {
        ok: false,
        overlaps: true,
        why: `The task of the run before, ${before.id}, is not settled yet.`,
      };
    const by = { actor: cause.by, capabilities: schedule.rights };
    const reply = submitAtOnce(authority, { id: key, by, task: taskOf(schedule, key) });
    if (!reply.ok)
      return { ok: false, overlaps: false, why: `Its task was refused: ${reply.message}`, refusal: reply };
    task = reply.taskId;
  }
  if (schedule.overlap === "replace" && before && before.id !== task) cancel(authority, before, cause);
  return { ok: true, task };
};

/** The key of the task of one due moment. */
export const keyOf = (id: string, dueAt: number): string => `schedule:${id}:${timestamp(dueAt)}`;

const runsOf = (step: RunStep): number => (step.type === "run" ? 1 : step.runs);

/** Writes all that is due of a schedule, and where it stands then. False when the rest must be tried again later. */
export const carryOut = (
  authority: Authority,
  id: string,
  times: CronTimes,
  { steps, next }: DueRuns,
): boolean => {
  const register = authority.records.schedule;
  const current = (): Schedule => register.get(id) as Schedule;
  const write = (event: ScheduleEvent, dueAt: number, changes: Partial<Schedule>): void => {
    const schedule = current();
    register.record(id, event, { ...schedule, ...changes }, causeOf(schedule, keyOf(id, dueAt)));
  };
  const passOver = (dueAt: number, runs: number, why: string, then: number | null): void =>
    write(
      { type: "passed-over", dueAt: timestamp(dueAt), runs, why },
      dueAt,
      upcoming(authority, times, then, current().jitterMs),
    );

  for (const [index, step] of steps.entries()) {
    const { dueAt } = step;
    const then = steps[index + 1]?.dueAt ?? next;
    if (step.type === "pass") {
      passOver(dueAt, step.runs, step.why, then);
      continue;
    }
    const run = runOnce(authority, current(), keyOf(id, dueAt));
    if (!run.ok) {
      if (!run.overlaps && AGAIN.has(run.refusal.code)) return false;
      // What speaks against this one speaks against all that are due now.
      const runs = steps.slice(index).reduce((sum, each) => sum + runsOf(each), 0);
      passOver(dueAt, runs, run.why, next);
      return true;
    }
    write({ type: "fired", dueAt: timestamp(dueAt), task: run.task }, dueAt, {
      ...upcoming(authority, times, then, current().jitterMs),
      lastTask: run.task,
      lastDueAt: timestamp(dueAt),
    });
  }
  return true;
};
