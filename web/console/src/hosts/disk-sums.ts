import type { DiskKind } from "#schema/host-api.ts";
import type { DiskPoint } from "#schema/ledger-api.ts";

interface DiskSums {
  readonly bytes: number;
  readonly reclaimable: number;
}

/** All kinds together. */
export const diskSums = (kinds: readonly DiskKind[]): DiskSums => ({
  bytes: kinds.reduce((sum, { bytes }) => sum + bytes, 0),
  reclaimable: kinds.reduce((sum, { reclaimable }) => sum + reclaimable, 0),
});

/** What part of the fullest kind a kind takes, used and free to go, in percent. */
export const diskShares = (
  { bytes, reclaimable }: DiskKind,
  fullest: number,
): { readonly used: number; readonly free: number } => {
  if (fullest === 0) return { used: 0, free: 0 };
  const free = Math.min(bytes, reclaimable);
  return { used: ((bytes - free) / fullest) * 100, free: (free / fullest) * 100 };
};

/** Points of a line over time in a box of 100 by 100, the latest at the right, nothing at the bottom. */
export const trendLine = (points: readonly DiskPoint[], value: (point: DiskPoint) => number): string => {
  const first = Date.parse(points[0]?.at ?? "");
  const span = Date.parse(points.at(-1)?.at ?? "") - first;
  const top = Math.max(1, ...points.map(({ bytes }) => bytes));
  return points
    .map((point, index) => {
      const x = span > 0 ? ((Date.parse(point.at) - first) / span) * 100 : index;
      return `${x.toFixed(1)},${(100 - (value(point) / top) * 100).toFixed(1)}`;
    })
    .join(" ");
};
