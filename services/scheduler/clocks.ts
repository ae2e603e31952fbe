/** Stops a task's clocks while it is paused: what is left of its times goes into the fact that pauses it, and counts on from the one that resumes it. */
import { timestamp } from "#infra/clock.ts";
import { expiryOf, type TaskContext } from "#schema/task.context.ts";
import type { Task } from "#schema/task.evolve.ts";
import type { TaskEvent, TaskEventOf, TimeLeft } from "#schema/task.events.ts";

const leftUntil = (moment: string | null, now: number): number | undefined =>
  moment === null ? undefined : Math.max(0, Date.parse(moment) - now);

const leftOf = (context: TaskContext, now: number): TimeLeft | undefined => {
  const totalMs = leftUntil(expiryOf(context), now);
  // Put aside again before it went on: its attempt's clock has not moved since.
  const attemptMs = leftUntil(context.deadlineAt, now) ?? context.left?.attemptMs;
  if (totalMs === undefined && attemptMs === undefined) return undefined;
  return {
    ...(totalMs === undefined ? {} : { totalMs }),
    ...(attemptMs === undefined ? {} : { attemptMs }),
  };
};

const stops = (event: TaskEvent, task: Task): event is TaskEventOf<"paused" | "held" | "handed-over"> =>
  event.type === "paused" ||
  event.type === "held" ||
  // Handed over without a pause it is queued at once, and its time goes on.
  (event.type === "handed-over" && task.matches("pausing"));

/** The event as it is recorded at `now` (wall time, ms): one that pauses or resumes a task with limits carries its times. */
export const withClocks = (event: TaskEvent, task: Task, now: number): TaskEvent => {
  const { context } = task;
  if (stops(event, task)) {
    const left = leftOf(context, now);
    return left === undefined ? event : { ...event, left };
  }
  const totalMs = event.type === "resumed" ? context.left?.totalMs : undefined;
  return totalMs === undefined ? event : { type: "resumed", expiresAt: timestamp(now + totalMs) };
};
