import { expect, test } from "vitest";
import { lastUseWords } from "../../../../web/console/src/resources/last-use-words.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const DAYS_AGO = "2026-11-18T12:00:00Z";

test.each([
  ["used now", { usedBy: ["web", "db"], lastUsedAt: DAYS_AGO }, DAYS_AGO, "in use", "web, db"],
  ["seen used", { usedBy: [], lastUsedAt: DAYS_AGO }, null, "3 d ago", "Last seen used"],
  ["never seen", { usedBy: [], lastUsedAt: null }, DAYS_AGO, "not seen in 3 d", "Never seen used since"],
  ["just begun", { usedBy: [], lastUsedAt: null }, "2026-11-21T11:59:50Z", "not seen yet", "Never seen used"],
  ["not watched", { usedBy: [], lastUsedAt: null }, null, "not watched", "not watched"],
])("%s", (_, row, observedSince, short, long) => {
  const words = lastUseWords(row, observedSince, NOW);
  expect(words.short).toBe(short);
  expect(words.long).toContain(long);
});
