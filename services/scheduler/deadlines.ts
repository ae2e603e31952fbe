import type { Clock } from "#infra/clock.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { Hash } from "#schema/envelope.ts";
import { expiryOf } from "#schema/task.context.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { createHeap } from "./heap.ts";
import { type LiveTask, snapshotOf, type Tasks, type Tracker } from "./tasks.ts";

/** An assignment nobody confirms is taken back after this long. */
const CLAIM_MS = 10_000;
/** A runner ends an attempt at its deadline by itself; one that does not within this time has lost it. */
const DEADLINE_GRACE_MS = 15_000;
/** The longest delay a timer can hold. */
const MOST_MS = 2_147_483_647;

interface Due {
  readonly task: LiveTask;
  /** The task's latest fact when the timer was set: a later one makes it void, and so does one in its place. */
  readonly hash: Hash | null;
  /** Monotonic clock, ms. */
  readonly at: number;
  readonly event: TaskEvent;
}

/** Turns time into facts. Every timer comes from a time recorded in a fact, so a restart sets them again. */
export interface Deadlines {
  readonly track: Tracker;
  /** Records what is due; answers the milliseconds until the next timer, or null. */
  fire(tasks: Tasks): number | null;
}

/** What will happen to a task by itself, and when (wall time, ms). */
const comingUp = (task: LiveTask, now: number): { at: number; event: TaskEvent }[] => {
  const snapshot = snapshotOf(task);
  const { dueAt, deadlineAt, definition } = snapshot.context;
  const events: { at: number; event: TaskEvent }[] = [];
  if (dueAt !== null && snapshot.matches("pending"))
    events.push({ at: Date.parse(dueAt), event: { type: "released" } });
  if (dueAt !== null && snapshot.matches("retrying"))
    events.push({ at: Date.parse(dueAt), event: { type: "retry-due" } });
  // What must not run twice is never taken back on a guess: its runner may have begun it unheard.
  if (snapshot.matches({ running: "starting" }) && definition?.repeatable) {
    events.push({ at: now + CLAIM_MS, event: { type: "unclaimed" } });
  }
  if (snapshot.hasTag("active") && deadlineAt !== null) {
    const message = "The runner did not end the attempt at its deadline.";
    events.push({ at: Date.parse(deadlineAt) + DEADLINE_GRACE_MS, event: { type: "attempt-lost", message } });
  }
  const expiresAt = expiryOf(snapshot.context);
  if (snapshot.hasTag("waiting") && expiresAt !== null)
    events.push({ at: Date.parse(expiresAt), event: { type: "expired" } });
  return events;
};

/** `comesDue`: may a pending task go, now that its time has come? */
export const createDeadlines = (clock: Clock, comesDue: (task: LiveTask) => boolean): Deadlines => {
  const timers = createHeap<Due>(
    (a, b) => a.at - b.at,
    ({ task, hash }) => task.hash !== hash,
  );

  return {
    track: (task) => {
      const now = clock.now();
      for (const { at, event } of comingUp(task, now)) {
        timers.push({ task, hash: task.hash, at: clock.monotonic() + (at - now), event });
      }
    },
    fire: (tasks) => {
      for (let due = timers.peek(); due; due = timers.peek()) {
        const left = due.at - clock.monotonic();
        if (left > 0) return Math.min(left, MOST_MS);
        timers.pop();
        if (due.event.type === "released" && !comesDue(due.task)) continue;
        if (snapshotOf(due.task).can(due.event)) tasks.record(due.task, due.event, { by: SCHEDULER });
      }
      return null;
    },
  };
};
