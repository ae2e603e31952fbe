import { describe, expect, it } from "vitest";
import {
  observedNote,
  usedSince,
} from "../../../../../../services/runner/executors/docker/prune/last-used.ts";
import type { LastUses } from "../../../../../../services/runner/executors/docker/hosts/last-use.ts";
import { hoursAgo, NOW } from "./a-survey.ts";

const DAY = 24;
const WANTED = 30 * DAY * 3_600_000;
const iso = (days: number): string => new Date(hoursAgo(days * DAY)).toISOString();
const uses = (gaps: readonly (readonly [number, number])[]): LastUses => ({
  observedSince: iso(40),
  gaps: gaps.map(([from, to]) => ({ from: iso(from), to: iso(to) })),
  images: new Map(),
  volumes: new Map(),
});
/** The rule that spares what was used so many days ago, null for never seen; undefined when it may go. */
const ruleFor = (usedDaysAgo: number | null, gaps: readonly (readonly [number, number])[]) =>
  usedSince(
    NOW,
    {
      lastUsedAt: usedDaysAgo === null ? null : hoursAgo(usedDaysAgo * DAY),
      madeAt: hoursAgo(100 * DAY),
    },
    { uses: uses(gaps), wanted: WANTED },
  )?.rule;

describe("unused for thirty days", () => {
  it("counts no day on which nobody watched", () => {
    expect(ruleFor(null, [])).toBeUndefined();
    expect(ruleFor(null, [[39, 1]]), "watched for two days of forty").toBe("never-observed");
    expect(ruleFor(null, [[20, 15]])).toBeUndefined();
    expect(
      ruleFor(null, [
        [35, 28],
        [10, 5],
      ]),
    ).toBe("never-observed");
  });

  it("holds for what was seen in use too", () => {
    expect(ruleFor(29, [])).toBe("too-young");
    expect(ruleFor(31, [])).toBeUndefined();
    expect(ruleFor(31, [[30, 2]])).toBe("never-observed");
    expect(ruleFor(35, [[39, 36]]), "a gap before its last use").toBeUndefined();
  });

  it("is told with the gaps that were left out", () => {
    expect(observedNote(uses([[20, 15]]), null)).toBe(
      "Not seen in use; observed since 2026-10-11, 1 gap left out.",
    );
  });
});
