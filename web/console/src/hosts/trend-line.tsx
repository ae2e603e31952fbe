import type { DiskPoint } from "#schema/ledger-api.ts";
import { bytes, moment } from "../show/words.ts";
import { trendLine } from "./disk-sums.ts";

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const day = (at: string): string => dayFormat.format(new Date(at));

/** Disk use over the last measurements; the lower line is what could be freed. */
export const TrendLine = ({ points }: { readonly points: readonly DiskPoint[] }) => {
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || points.length < 2) return null;
  const words = `${bytes(first.bytes)} on ${moment(first.at)}, ${bytes(last.bytes)} now, of which ${bytes(last.reclaimable)} could be freed`;
  return (
    <figure className="trend">
      <svg
        viewBox="0 0 100 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Disk use over ${points.length} measurements: ${words}`}
      >
        <title>{words}</title>
        <polyline className="trend-all" points={trendLine(points, (point) => point.bytes)} />
        <polyline className="trend-free" points={trendLine(points, (point) => point.reclaimable)} />
      </svg>
      <figcaption>
        <span>{day(first.at)}</span>
        <span className="trend-key" data-line="all">
          size
        </span>
        <span className="trend-key" data-line="free">
          could be freed
        </span>
        <span>{day(last.at)}</span>
      </figcaption>
    </figure>
  );
};
