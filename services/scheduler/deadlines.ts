import type { Clock } from "#infra/clock.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { Hash } from "#schema/envelope.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { createHeap } from "./heap.ts";
import { timeLeft } from "./limits.ts";
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

/** What will happen to a task by itself, and in how many milliseconds. */
const comingUp = (task: LiveTask, clock: Clock): { inMs: number; event: TaskEvent }[] => {
  const snapshot = snapshotOf(task);
  const { dueAt, definition } = snapshot.context;
  const { life, attempt } = timeLeft(task, clock);
  const events: { inMs: number; event: TaskEvent }[] = [];
  if (dueAt !== null && snapshot.matches("pending"))
    events.push({ inMs: Date.parse(dueAt) - clock.now(), event: { type: "released" } });
  if (dueAt !== null && snapshot.matches("retrying"))
    events.push({ inMs: Date.parse(dueAt) - clock.now(), event: { type: "retry-due" } });
  // What must not run twice is never taken back on a guess: its runner may have begun it unheard.
  if (snapshot.matches({ running: "starting" }) && definition?.repeatable) {
    events.push({ inMs: CLAIM_MS, event: { type: "unclaimed" } });
  }
  if (snapshot.hasTag("active") && attempt !== null) {
    const message = "The runner did not end the attempt at its deadline.";
    events.push({ inMs: attempt + DEADLINE_GRACE_MS, event: { type: "attempt-lost", message } });
  }
  if (snapshot.hasTag("waiting") && life !== null) events.push({ inMs: life, event: { type: "expired" } });
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
      for (const { inMs, event } of comingUp(task, clock))
        timers.push({ task, hash: task.hash, at: clock.monotonic() + inMs, event });
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
