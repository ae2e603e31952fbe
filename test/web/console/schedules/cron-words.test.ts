import { expect, test } from "vitest";
import { cronWords } from "../../../../web/console/src/schedules/cron-words.ts";

test.each([
  ["* * * * *", "every minute"],
  ["*/5 * * * *", "every 5 minutes"],
  ["0 * * * *", "every hour at minute 0"],
  ["15 */6 * * *", "every 6 hours at minute 15"],
  ["30 2 * * *", "every day at 02:30"],
  ["0 5 * * 0", "on Sundays at 05:00"],
  ["0 5 * * 7", "on Sundays at 05:00"],
  ["0 9 * * 1-5", "on weekdays at 09:00"],
  ["*/10 * * * 1-5", "every 10 minutes, on weekdays"],
  ["0 3 1 * *", "on day 1 of the month at 03:00"],
  ["@daily", "every day at 00:00"],
])("%s is %s", (cron, words) => {
  expect(cronWords(cron)).toBe(words);
});

test.each(["0 3 1,15 * *", "0 0 3 * * *", "5-10 * * * *", "0 3 1 1 *", "0 3 13 * 5", "nonsense"])(
  "%s is no usual pattern and stays as it is written",
  (cron) => {
    expect(cronWords(cron)).toBe(cron);
  },
);
