import { expect, test } from "vitest";
import { delayChoices, fromLocal } from "../../../../web/console/src/show/delay-choices.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");

test("the usual delays lie in the future, nearest first", () => {
  const times = delayChoices(NOW).map(({ runAt }) => Date.parse(runAt) - NOW);
  expect(times.slice(0, 3)).toEqual([600_000, 3_600_000, 21_600_000]);
  expect(times[3]).toBeGreaterThan(0);
});

test("a moment of one's own must be one, and lie ahead", () => {
  expect(fromLocal("", NOW)).toBeNull();
  expect(fromLocal("2026-11-20T08:00", NOW)).toBeNull();
  expect(fromLocal("2026-11-23T08:00", NOW)).toBe(new Date("2026-11-23T08:00").toISOString());
});
