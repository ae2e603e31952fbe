import { SCHEDULER } from "#schema/actor.ts";
import { parseCron } from "#schema/cron.ts";
import type { Schedule } from "#schema/schedule.ts";
import type { Authority } from "../authority.ts";
import { dueRuns } from "./due-runs.ts";
import { carryOut, keyOf } from "./schedule-runs.ts";

/** What could not be taken, because the journal is nearly full, is tried again after this long. */
const AGAIN_MS = 1_000;
/** The longest delay a timer can hold. */
const MOST_MS = 2_147_483_647;

interface Timer {
  readonly firesAt: string;
  /** Monotonic clock, ms. */
  readonly at: number;
  readonly notBefore: number;
}

/**
 * Runs schedules on time. Every timer comes from the moment recorded in the schedule and runs on the monotonic clock: a
 * restart sets it again, a wall clock that is set meanwhile does not.
 */
export interface ScheduleTimers {
  /** Runs what is due; answers the milliseconds until the next is, or null. */
  fire(): number | null;
}

export const createScheduleTimers = (authority: Authority): ScheduleTimers => {
  const { clock, records, log } = authority;
  const timers = new Map<string, Timer>();
  let seen = -1;
  let earliest: number | null = null;

  const set = (): void => {
    const [wall, now] = [clock.now(), clock.monotonic()];
    seen = records.schedule.changes;
    for (const id of timers.keys()) if (!records.schedule.get(id)?.firesAt) timers.delete(id);
    for (const { id, firesAt } of records.schedule.all()) {
      if (firesAt === null || timers.get(id)?.firesAt === firesAt) continue;
      timers.set(id, { firesAt, at: now + (Date.parse(firesAt) - wall), notBefore: now });
    }
    earliest = null;
    for (const { at, notBefore } of timers.values())
      earliest = Math.min(earliest ?? Infinity, Math.max(at, notBefore));
  };

  /** A timezone may be gone with another release of the runtime: the schedule then says so and rests. */
  const rest = (schedule: Schedule, dueAt: string, message: string): void => {
    const why = `It cannot be told when it is due: ${message}.`;
    const after = { ...schedule, dueAt: null, firesAt: null };
    records.schedule.record(schedule.id, { type: "passed-over", dueAt, runs: 1, why }, after, {
      by: SCHEDULER,
    });
  };

  const fireOne = (id: string, timer: Timer): void => {
    const schedule = records.schedule.get(id);
    if (!schedule?.dueAt) return;
    const parsed = parseCron(schedule.cron, schedule.timezone);
    if (!parsed.ok) return rest(schedule, schedule.dueAt, parsed.message);
    const dueAt = Date.parse(schedule.dueAt);
    if (authority.tasks.byIdempotencyKey(keyOf(id, dueAt)) !== undefined) {
      // Its task was stored, the schedule's own fact was not: it has run, however late it is now.
      carryOut(authority, id, parsed.times, {
        steps: [{ type: "run", dueAt }],
        next: parsed.times.next(dueAt),
      });
      return;
    }
    const due = dueRuns(schedule, parsed.times, {
      dueAt,
      late: clock.monotonic() - timer.at,
      lateByClock: clock.now() - Date.parse(timer.firesAt),
    });
    if (carryOut(authority, id, parsed.times, due)) return;
    log.warn({ schedule: id }, "no task can be taken now; its run will be tried again");
    timers.set(id, { ...timer, notBefore: clock.monotonic() + AGAIN_MS });
    seen = -1;
  };

  return {
    fire: () => {
      if (seen !== records.schedule.changes) set();
      const now = clock.monotonic();
      if (earliest !== null && earliest <= now) {
        for (const [id, timer] of timers) if (Math.max(timer.at, timer.notBefore) <= now) fireOne(id, timer);
        set();
      }
      return earliest === null ? null : Math.min(Math.max(0, earliest - clock.monotonic()), MOST_MS);
    },
  };
};
