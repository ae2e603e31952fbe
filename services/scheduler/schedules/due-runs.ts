/** What becomes of a schedule's moments once the first of them is there: which are run, which are passed over, and why. */
import type { CronTimes } from "#schema/cron.ts";
import { MISSED_MOST, type Schedule } from "#schema/schedule.ts";

/** A run that starts no later than this was not missed: a restart, or a standby that takes over, takes a while. */
const ON_TIME_MS = 60_000;
/** The wall clock was set, rather than corrected a little, when it is this far ahead of the time that has passed. */
const LEAP_MS = 60_000;
/** Runs are counted up to here: a schedule of seconds may have missed millions. */
const COUNTED_MOST = 1_000;

/** Moments in ms since 1970. `pass` covers `runs` moments, the first of which is `dueAt`. */
export type RunStep =
  | { readonly type: "run"; readonly dueAt: number }
  | { readonly type: "pass"; readonly dueAt: number; readonly runs: number; readonly why: string };

export interface DueRuns {
  /** In order; never empty. */
  readonly steps: readonly RunStep[];
  /** The first moment after all of them. */
  readonly next: number | null;
}

interface Moments {
  /** From the first, at most COUNTED_MOST. */
  readonly first: readonly number[];
  readonly latest: number;
  readonly uncounted: boolean;
}

/** The latest moment up to `until`; there is one. By halves: there may be a million between it and any other. */
const latestUpTo = (times: CronTimes, until: number): number => {
  const nextUpTo = (after: number): number | null => {
    const at = times.next(after);
    return at !== null && at <= until ? at : null;
  };
  let latest: number | null = null;
  for (let back = 60_000; latest === null; back *= 2) latest = nextUpTo(until - back);
  for (let none = until; none > latest;) {
    const middle = Math.floor((latest + none) / 2);
    const at = nextUpTo(middle);
    if (at === null) none = middle;
    else latest = at;
  }
  return latest;
};

const momentsBetween = (times: CronTimes, dueAt: number, until: number): Moments => {
  const first: number[] = [];
  let at: number | null = dueAt;
  while (at !== null && at <= until && first.length < COUNTED_MOST) {
    first.push(at);
    at = times.next(at);
  }
  const uncounted = at !== null && at <= until;
  return { first, uncounted, latest: uncounted ? latestUpTo(times, until) : (first.at(-1) ?? dueAt) };
};

const passOver = (
  [dueAt, ...more]: readonly number[],
  why: string,
  uncounted = false,
): readonly Extract<RunStep, { type: "pass" }>[] => {
  if (dueAt === undefined) return [];
  const runs = 1 + more.length;
  return [{ type: "pass", dueAt, runs, why: uncounted ? `${why} There were more than ${runs}.` : why }];
};

/** How many of the missed runs are made up for, from which end. A run that would be replaced at once is not begun. */
const policyOf = ({ missed, overlap }: Schedule): Schedule["missed"] =>
  missed === "all" && overlap === "replace" ? "one" : missed;

const stepsOf = (schedule: Schedule, { first, latest, uncounted }: Moments, until: number): RunStep[] => {
  const onTime = until - latest <= ON_TIME_MS;
  const missed = onTime ? first.filter((at) => at < latest) : first;
  const last: RunStep[] = onTime ? [{ type: "run", dueAt: latest }] : [];
  const policy = policyOf(schedule);
  if (policy === "all") {
    const made = missed.slice(0, MISSED_MOST).map((dueAt): RunStep => ({ type: "run", dueAt }));
    const why = `Missed, and at most ${MISSED_MOST} missed runs are made up for.`;
    return [...made, ...passOver(missed.slice(MISSED_MOST), why, uncounted), ...last];
  }
  if (policy === "none" || onTime)
    return [...passOver(missed, "Missed: it could not be started in time.", uncounted), ...last];
  const why = "Missed: of all missed runs only the latest is made up for.";
  const before = missed.filter((at) => at < latest);
  return [...passOver(before, why, uncounted), { type: "run", dueAt: latest }];
};

/** Moments that only a clock set forward has reached: no time passed in which they could have come. */
const leapt = (times: CronTimes, until: number, wall: number): readonly RunStep[] => {
  const first = times.next(until);
  if (wall - until <= LEAP_MS || first === null || first > wall) return [];
  const { first: moments, uncounted } = momentsBetween(times, first, wall);
  return passOver(moments, "The clock was set forward past it.", uncounted);
};

/**
 * Judges what is due. `dueAt`: the recorded moment; `late`: ms that have really passed since it should have started;
 * `lateByClock`: the same by the wall clock, which may have been set meanwhile.
 */
export const dueRuns = (
  schedule: Schedule,
  times: CronTimes,
  { dueAt, late, lateByClock }: { dueAt: number; late: number; lateByClock: number },
): DueRuns => {
  const until = dueAt + late;
  const skipped = leapt(times, until, dueAt + lateByClock);
  const steps = [...stepsOf(schedule, momentsBetween(times, dueAt, until), until), ...skipped];
  return { steps, next: times.next(skipped.length > 0 ? dueAt + lateByClock : until) };
};
