import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CronTimes, parseCron } from "#schema/cron.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

const timesOf = (cron: string, timezone = "UTC"): CronTimes => {
  const parsed = parseCron(cron, timezone);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.times;
};

const dueBetween = (times: CronTimes, from: number, to: number): number[] => {
  const due: number[] = [];
  for (let at = times.next(from - 1); at !== null && at < to; at = times.next(at)) due.push(at);
  return due;
};

const iso = (due: readonly number[]): string[] => due.map((at) => new Date(at).toISOString().slice(0, 16));
const onDay = (cron: string, timezone: string, day: string): string[] => {
  const start = Date.parse(`${day}T00:00:00Z`);
  return iso(dueBetween(timesOf(cron, timezone), start - 12 * 3_600_000, start + DAY));
};

describe("a cron pattern", () => {
  it.each([
    ["0 3 * * *", "2026-11-21T08:00:00Z", "2026-11-22T03:00:00Z"],
    ["*/15 * * * *", "2026-11-21T08:00:00Z", "2026-11-21T08:15:00Z"],
    ["30 0 8 * * *", "2026-11-21T08:00:00Z", "2026-11-21T08:00:30Z"],
    ["@daily", "2026-11-21T08:00:00Z", "2026-11-22T00:00:00Z"],
    ["@hourly", "2026-11-21T08:00:00Z", "2026-11-21T09:00:00Z"],
    ["0 0 29 2 *", "2026-11-21T08:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 12 * * MON#1", "2026-11-21T08:00:00Z", "2026-12-07T12:00:00Z"],
  ])("%s after %s is due at %s", (cron, after, due) => {
    expect(timesOf(cron).next(Date.parse(after))).toBe(Date.parse(due));
  });

  it("is due after a moment, never at it", () => {
    const times = timesOf("0 3 * * *", "Europe/Berlin");
    const first = times.next(Date.parse("2026-11-21T08:00:00Z")) as number;
    expect(new Date(first).toISOString()).toBe("2026-11-22T02:00:00.000Z");
    expect(times.next(first - 1)).toBe(first);
    expect(times.next(first)).toBe(first + DAY);
  });

  it.each(["0 0 30 2 *", "0 0 31 2,4,6 *"])("%s never comes", (cron) => {
    expect(timesOf(cron, "Europe/Berlin").next(0)).toBeNull();
  });

  it.each([
    ["often", "cron"],
    ["61 * * * *", "cron"],
    ["* * * *", "cron"],
    ["0 0 0 1 1 * 2027", "cron"],
    ["@reboot", "cron"],
    ["2030-01-01T00:00:00", "cron"],
    [" ", "cron"],
  ])("%j is no pattern", (cron, path) => {
    expect(parseCron(cron, "UTC")).toMatchObject({ ok: false, path });
  });

  it("needs a timezone that is there", () => {
    expect(parseCron("0 3 * * *", "Mars/Olympus")).toMatchObject({ ok: false, path: "timezone" });
  });
});

describe("when clocks are set forward", () => {
  it("a time that does not exist is due once, at the first moment after the gap", () => {
    expect(onDay("30 2 * * *", "Europe/Berlin", "2026-03-29")).toEqual(["2026-03-29T01:00"]);
    expect(onDay("*/10 2 * * *", "America/New_York", "2026-03-08")).toEqual(["2026-03-08T07:00"]);
  });

  it("a time in the gap and the one at its end are one", () => {
    expect(onDay("0 2,3 * * *", "Europe/Berlin", "2026-03-29")).toEqual(["2026-03-29T01:00"]);
    expect(onDay("30 2-3 * * *", "Europe/Berlin", "2026-03-29")).toEqual([
      "2026-03-29T01:00",
      "2026-03-29T01:30",
    ]);
  });

  it("a midnight that does not exist does not cost a day", () => {
    expect(onDay("@daily", "America/Santiago", "2026-09-06")).toEqual(["2026-09-06T04:00"]);
  });

  it("what is due every hour goes on evenly", () => {
    const due = dueBetween(
      timesOf("30 * * * *", "Europe/Berlin"),
      Date.parse("2026-03-29T00:00:00Z"),
      Date.parse("2026-03-29T03:00:00Z"),
    );
    expect(iso(due)).toEqual(["2026-03-29T00:30", "2026-03-29T01:30", "2026-03-29T02:30"]);
  });
});

describe("when clocks are set back", () => {
  it("a time that comes twice is due once, the first time", () => {
    expect(onDay("30 2 * * *", "Europe/Berlin", "2026-10-25")).toEqual(["2026-10-25T00:30"]);
    expect(onDay("0,30 1,2 * * *", "America/New_York", "2026-11-01")).toEqual([
      "2026-11-01T05:00",
      "2026-11-01T05:30",
      "2026-11-01T07:00",
      "2026-11-01T07:30",
    ]);
  });

  it("what is due every hour goes on evenly", () => {
    const due = dueBetween(
      timesOf("*/20 * * * *", "Europe/Berlin"),
      Date.parse("2026-10-24T23:00:00Z"),
      Date.parse("2026-10-25T03:00:00Z"),
    );
    expect(due.map((at, index) => at - (due[index - 1] ?? at - 20 * MINUTE))).toEqual(
      Array.from({ length: 12 }, () => 20 * MINUTE),
    );
  });
});

/** Everything below is told by another route: looking at the zone's clock, minute by minute. */
const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"] as const;
const [FIRST, LAST] = [Date.parse("2026-01-01T00:00:00Z"), Date.parse("2027-01-01T00:00:00Z")];

/** What the zone's clock shows, as minutes since 1970 of a clock that is never set. */
const clockOf = (timezone: string): ((at: number) => number) => {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    dateStyle: "short",
    timeStyle: "short",
  });
  const ahead = new Map<number, number>();
  return (at) => {
    // No zone changes its clocks but at a quarter of an hour.
    const quarter = Math.floor(at / (15 * MINUTE)) * 15 * MINUTE;
    let offset = ahead.get(quarter);
    if (offset === undefined) {
      const [day, month, year, hour, minute] = format.format(quarter).split(/\D+/).map(Number);
      offset = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute) - quarter;
      ahead.set(quarter, offset);
    }
    return (at + offset) / MINUTE;
  };
};

interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[] | "*";
  readonly days: readonly number[] | "*";
}

const matches = ({ minutes, hours, days }: Fields, clock: number): boolean => {
  const time = new Date(clock * MINUTE);
  return (
    minutes.includes(time.getUTCMinutes()) &&
    (hours === "*" || hours.includes(time.getUTCHours())) &&
    (days === "*" || days.includes(time.getUTCDate()))
  );
};

/** The model: each minute whose time is due and was not there before; and the end of a gap in which one was left out. */
const expected = (fields: Fields, clock: (at: number) => number, from: number, to: number): number[] => {
  const due: number[] = [];
  const seen = new Set<number>();
  for (let at = from - 6 * 60 * MINUTE; at < to; at += MINUTE) {
    const [before, now] = [clock(at - MINUTE), clock(at)];
    const shown = fields.hours === "*" ? [now] : [];
    const first = fields.hours === "*" ? now + 1 : Math.min(before + 1, now);
    for (let time = first; time <= now; time += 1) if (!seen.has(time)) shown.push(time);
    seen.add(now);
    if (at >= from && shown.some((time) => matches(fields, time))) due.push(at);
  }
  return due;
};

const some = (least: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: least, max: most }), { minLength: 1, maxLength: 4 });
const fields: fc.Arbitrary<Fields> = fc.record({
  minutes: some(0, 59),
  hours: fc.oneof(some(0, 23), some(0, 4), fc.constant("*" as const)),
  days: fc.oneof({ weight: 3, arbitrary: fc.constant("*" as const) }, { weight: 1, arbitrary: some(1, 31) }),
});
const patternOf = ({ minutes, hours, days }: Fields): string =>
  `${minutes.join()} ${hours === "*" ? hours : hours.join()} ${days === "*" ? days : days.join()} * *`;

describe.each(ZONES)("a year in %s", (timezone) => {
  const clock = clockOf(timezone);
  const changes: number[] = [];
  for (let at = FIRST; at < LAST; at += 15 * MINUTE)
    if (clock(at) !== clock(at - MINUTE) + 1) changes.push(at);

  it("has its clocks set twice", () => expect(changes).toHaveLength(2));

  it("is what its clock shows, minute by minute", () => {
    fc.assert(
      fc.property(fields, fc.nat(360), (pattern, day) => {
        const times = timesOf(patternOf(pattern), timezone);
        for (const start of [FIRST + day * DAY, ...changes.map((change) => change - DAY)])
          expect(dueBetween(times, start, start + 2 * DAY)).toEqual(
            expected(pattern, clock, start, start + 2 * DAY),
          );
      }),
      { numRuns: 60 },
    );
  });

  it("goes forward only, and comes to no named time twice", () => {
    fc.assert(
      fc.property(fields, (pattern) => {
        const due = dueBetween(timesOf(patternOf(pattern), timezone), FIRST, LAST);
        expect(due).toEqual([...new Set(due)].sort((a, b) => a - b));
        if (pattern.hours !== "*") expect(new Set(due.map(clock)).size).toBe(due.length);
      }),
      { numRuns: 10 },
    );
  });
});
