/** The moments tasks run out at, on the monotonic clock: to set the wall clock forward or back neither shortens nor prolongs a limit. */
import type { Clock } from "#infra/clock.ts";
import { expiryOf } from "#schema/task.context.ts";
import type { Task } from "#schema/task.evolve.ts";

/** A task in memory. Its moments are known for as long as it is there. */
export interface Limited {
  readonly snapshot: Task;
}

/** Of its whole life, or of the attempt at work. */
type Limit = "life" | "attempt";

interface Moment {
  /** As recorded: wall time. */
  readonly recorded: string;
  /** Monotonic clock, ms. */
  readonly at: number;
}

const known = new WeakMap<Limited, Partial<Record<Limit, Moment>>>();

/** The wall clock is asked once for each recorded moment: when it is first heard of. */
const momentOf = (task: Limited, limit: Limit, recorded: string, clock: Clock): Moment => {
  const moments = known.get(task);
  const before = moments?.[limit];
  if (before?.recorded === recorded) return before;
  const moment = { recorded, at: clock.monotonic() + Date.parse(recorded) - clock.now() };
  known.set(task, { ...moments, [limit]: moment });
  return moment;
};

/** Milliseconds until each of its limits, below 0 when that is past; null where there is none or its clock stands still. */
export const timeLeft = (task: Limited, clock: Clock): Readonly<Record<Limit, number | null>> => {
  const { context } = task.snapshot;
  const until = (limit: Limit, recorded: string | null): number | null =>
    recorded === null ? null : momentOf(task, limit, recorded, clock).at - clock.monotonic();
  return { life: until("life", expiryOf(context)), attempt: until("attempt", context.deadlineAt) };
};
