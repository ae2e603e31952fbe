/** Stops a task's clocks while it is paused: what is left of its times goes into the fact that pauses it, and counts on from the one that resumes it. */
import { type Clock, timestamp } from "#infra/clock.ts";
import type { Task } from "#schema/task.evolve.ts";
import type { TaskEvent, TaskEventOf, TimeLeft } from "#schema/task.events.ts";
import { type Limited, timeLeft } from "./limits.ts";

const shown = (left: number | null): number | undefined =>
  left === null ? undefined : Math.max(0, Math.round(left));

const leftOf = (task: Limited, clock: Clock): TimeLeft | undefined => {
  const { life, attempt } = timeLeft(task, clock);
  const totalMs = shown(life);
  // Put aside again before it went on: its attempt's clock has not moved since.
  const attemptMs = shown(attempt) ?? task.snapshot.context.left?.attemptMs;
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

/** The event as it is recorded now: one that pauses or resumes a task with limits carries its times. */
export const withClocks = (event: TaskEvent, task: Limited, clock: Clock): TaskEvent => {
  const { context } = task.snapshot;
  if (stops(event, task.snapshot)) {
    const left = leftOf(task, clock);
    return left === undefined ? event : { ...event, left };
  }
  const totalMs = event.type === "resumed" ? context.left?.totalMs : undefined;
  return totalMs === undefined ? event : { type: "resumed", expiresAt: timestamp(clock.now() + totalMs) };
};
