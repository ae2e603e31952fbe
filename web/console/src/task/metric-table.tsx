import type { TaskSummary } from "#schema/api.ts";

/** Small shares keep their digits; counts get their separators. */
const format = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 15 });

/** What the work measures itself, in the order of the names: it is told in any order. */
export const MetricTable = ({ task }: { readonly task: Pick<TaskSummary, "progress"> }) => {
  const metrics = Object.entries(task.progress?.metrics ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (metrics.length === 0) return null;
  return (
    <dl className="metric-table" title="Measured by the work itself">
      {metrics.map(([name, value]) => (
        <div key={name} data-testid={`metric-${name}`}>
          <dt>{name}</dt>
          <dd>{format.format(value)}</dd>
        </div>
      ))}
    </dl>
  );
};
