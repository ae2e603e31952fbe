import type { DiskPoint } from "#schema/ledger-api.ts";
import { bytes, moment } from "../show/words.ts";
import { trendLine } from "./disk-sums.ts";

/** Disk use over the last measurements; the lower line is what could be freed. */
export const TrendLine = ({ points }: { readonly points: readonly DiskPoint[] }) => {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const words = `${bytes(first.bytes)} on ${moment(first.at)}, ${bytes(last.bytes)} now, of which ${bytes(last.reclaimable)} could be freed`;
  return (
    <svg
      className="trend"
      viewBox="0 0 100 100"
      preserveAspectRatio="none"
      role="img"
      aria-label={`Disk use over ${points.length} measurements: ${words}`}
    >
      <title>{words}</title>
      <polyline className="trend-all" points={trendLine(points, (point) => point.bytes)} />
      <polyline className="trend-free" points={trendLine(points, (point) => point.reclaimable)} />
    </svg>
  );
};
