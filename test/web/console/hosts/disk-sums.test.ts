import { expect, test } from "vitest";
import type { DiskKind } from "#schema/host-api.ts";
import { diskShares, diskSums, trendLine } from "../../../../web/console/src/hosts/disk-sums.ts";

const kind = (bytes: number, reclaimable: number): DiskKind => ({
  kind: "images",
  count: 1,
  inUse: 0,
  bytes,
  reclaimable,
});

test("kinds add up", () => {
  expect(diskSums([kind(10, 4), kind(5, 5)])).toEqual({ bytes: 15, reclaimable: 9 });
  expect(diskSums([])).toEqual({ bytes: 0, reclaimable: 0 });
});

test("a kind's bar is measured by the fullest kind, and never longer than it", () => {
  expect(diskShares(kind(50, 20), 100)).toEqual({ used: 30, free: 20 });
  expect(diskShares(kind(0, 0), 0)).toEqual({ used: 0, free: 0 });
  // Engines reckon shared layers in one figure and not in the other.
  expect(diskShares(kind(50, 80), 100)).toEqual({ used: 0, free: 50 });
});

test("a trend goes from left to right by time, and from nothing at the bottom to the most at the top", () => {
  const points = [
    { at: "2026-11-01T00:00:00Z", bytes: 50, reclaimable: 0 },
    { at: "2026-11-02T00:00:00Z", bytes: 100, reclaimable: 25 },
    { at: "2026-11-05T00:00:00Z", bytes: 0, reclaimable: 0 },
  ];
  expect(trendLine(points, ({ bytes }) => bytes)).toBe("0.0,50.0 25.0,0.0 100.0,100.0");
  expect(trendLine(points, ({ reclaimable }) => reclaimable)).toBe("0.0,100.0 25.0,75.0 100.0,100.0");
});

test("measurements of one moment and an empty disk draw a line all the same", () => {
  const at = "2026-11-01T00:00:00Z";
  expect(trendLine([{ at, bytes: 0, reclaimable: 0 }], ({ bytes }) => bytes)).toBe("0.0,100.0");
});
