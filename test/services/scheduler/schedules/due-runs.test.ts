import { expect, it } from "vitest";
import { type CronTimes, parseCron } from "#schema/cron.ts";
import type { Schedule } from "#schema/schedule.ts";
import { dueRuns } from "../../../../services/scheduler/schedules/due-runs.ts";
import { aWorldOfSchedules, DAY } from "./a-schedule.ts";

const countedTimes = (cron: string): { times: CronTimes; asked: () => number } => {
  const parsed = parseCron(cron, "UTC");
  if (!parsed.ok) throw new Error(parsed.message);
  let asked = 0;
  const next = (after: number): number | null => {
    asked += 1;
    return parsed.times.next(after);
  };
  return { times: { next }, asked: () => asked };
};

it("the latest of a million missed moments is found in some thousand questions", () => {
  const world = aWorldOfSchedules();
  const schedule = world.schedule(world.made()) as Schedule;
  const dueAt = Date.parse("2026-01-01T00:00:00.000Z");
  const { times, asked } = countedTimes("* * * * 1 *");
  const late = 300 * DAY;
  const { steps } = dueRuns(schedule, times, { dueAt, late, lateByClock: late });
  expect(steps.at(-1)).toEqual({ type: "run", dueAt: Date.parse("2026-01-31T23:59:59.000Z") });
  expect(asked()).toBeLessThan(2_000);
});
