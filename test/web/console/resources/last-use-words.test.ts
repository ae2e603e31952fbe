import { expect, test } from "vitest";
import { lastUseWords } from "../../../../web/console/src/resources/last-use-words.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const DAYS_AGO = "2026-11-18T12:00:00Z";

test.each([
  [
    "used now",
    {
      row: { usedBy: ["web", "db"], lastUsedAt: DAYS_AGO },
      observedSince: DAYS_AGO,
      short: "in use",
      long: "web, db",
    },
  ],
  [
    "seen used",
    {
      row: { usedBy: [], lastUsedAt: DAYS_AGO },
      observedSince: null,
      short: "3 d ago",
      long: "Last seen used",
    },
  ],
  [
    "never seen",
    {
      row: { usedBy: [], lastUsedAt: null },
      observedSince: DAYS_AGO,
      short: "not seen in 3 d",
      long: "Never seen used since",
    },
  ],
  [
    "just begun",
    {
      row: { usedBy: [], lastUsedAt: null },
      observedSince: "2026-11-21T11:59:50Z",
      short: "not seen yet",
      long: "Never seen used",
    },
  ],
  [
    "not watched",
    { row: { usedBy: [], lastUsedAt: null }, observedSince: null, short: "not watched", long: "not watched" },
  ],
])("%s", (_, { row, observedSince, short, long }) => {
  const words = lastUseWords(row, observedSince, NOW);
  expect(words.short).toBe(short);
  expect(words.long).toContain(long);
});
