/** When a cron pattern is due in a timezone. Pure: moments come in and go out as milliseconds since 1970. */
import { Cron } from "croner";

/**
 * The moments of one pattern in one timezone. Where clocks are set forward, a time that does not exist is due once, at
 * the first moment after the gap; where they are set back, a time that comes twice is due the first time only. A pattern
 * for every hour (`*` in its hour field) names no time of day: it goes on evenly through both, as time passes.
 */
export interface CronTimes {
  /** The first due moment after this one, or null when there is none. */
  next(after: number): number | null;
}

export type ParsedCron =
  | { readonly ok: true; readonly times: CronTimes }
  | { readonly ok: false; readonly path: "cron" | "timezone"; readonly message: string };

/** No zone sets its clocks back by more than this at once, nor twice within it. */
const WIDEST_CHANGE_MS = 3 * 3_600_000;
/** No zone changes its clocks twice within this. */
const STRIDE_MS = 7 * 86_400_000;

/** How far the zone's clocks are ahead of UTC at a moment, in ms. */
type Offset = (at: number) => number;

const offsetIn = (timezone: string): Offset => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: timezone, timeZoneName: "longOffset" });
  return (at) => {
    const [, sign, hours, minutes, seconds = "0"] =
      /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(format.format(at)) ?? [];
    if (sign === undefined) return 0;
    const size = (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) * 1_000;
    return sign === "-" ? -size : size;
  };
};

/** The first moment after `low`, up to `high`, at which the offset is not what it is at `low`; it changes once between. */
const changeWithin = (offset: Offset, low: number, high: number): number => {
  const before = offset(low);
  let [same, other] = [low, high];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offset(middle) === before) same = middle;
    else other = middle;
  }
  return other;
};

/** The first moment after `from`, up to `to`, at which the zone's clocks are set forward or back. */
const changeBetween = (offset: Offset, from: number, to: number): number | null => {
  const before = offset(from);
  for (let low = from; low < to; low += STRIDE_MS) {
    const high = Math.min(to, low + STRIDE_MS);
    if (offset(high) !== before) return changeWithin(offset, low, high);
  }
  return null;
};

/** Was the clock's time at this moment already there once, before clocks were set back? */
const isSecondTime = (offset: Offset, at: number): boolean => {
  const now = offset(at);
  const back = offset(at - WIDEST_CHANGE_MS) - now;
  return back > 0 && offset(at - back) === now + back;
};

const namesNoHour = (pattern: string): boolean => {
  const fields = pattern.split(/\s+/);
  if (fields.length === 1) return pattern.toLowerCase() === "@hourly";
  return /^[*?]$/.test(fields.at(-4) ?? "");
};

/** Croner knows the calendar; it is asked about a clock that is never set, and the zone's changes are laid over it here. */
const timesOf = (clock: Cron, offset: Offset, evenly: boolean): CronTimes => {
  /** The next time on a clock, itself written as if it were UTC. */
  const following = (time: number): number | null => clock.nextRun(new Date(time))?.getTime() ?? null;

  /** Is the moment of a change due: for a time that it leaves out, or for the one it leads to? */
  const isDueAt = (change: number): boolean => {
    const [before, after] = [offset(change - 1), offset(change)];
    if (after < before && !evenly) return false;
    const time = following(change + (evenly ? after : before) - 1);
    return time !== null && time <= change + after;
  };

  const next = (after: number): number | null => {
    for (let from = Math.floor(after); ;) {
      const here = offset(from);
      const time = following(from + here);
      if (time === null) return null;
      const due = time - here;
      const change = changeBetween(offset, from, due);
      if (change !== null) {
        if (isDueAt(change)) return change;
        from = change;
      } else if (evenly || !isSecondTime(offset, due)) return due;
      else from = due;
    }
  };
  return { next };
};

/** Reads a pattern of five fields, six with seconds first, or a nickname such as `@daily`. */
export const parseCron = (cron: string, timezone: string): ParsedCron => {
  const pattern = cron.trim();
  // Croner takes a date too, and would be due at it once.
  if (!/\s|^@/.test(pattern))
    return { ok: false, path: "cron", message: "five or six fields, or a nickname such as @daily" };
  let offset: Offset;
  try {
    offset = offsetIn(timezone);
  } catch {
    return {
      ok: false,
      path: "timezone",
      message: `there is no timezone "${timezone}"; an IANA name such as Europe/Berlin`,
    };
  }
  try {
    const clock = new Cron(pattern, { utcOffset: 0, mode: "5-or-6-parts" });
    return { ok: true, times: timesOf(clock, offset, namesNoHour(pattern)) };
  } catch (error) {
    const message = error instanceof Error ? error.message.replace(/^CronPattern: /, "") : String(error);
    return { ok: false, path: "cron", message };
  }
};
