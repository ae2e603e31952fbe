import type { TaskDetail, TaskSummary } from "#schema/api.ts";
import { useAttemptUse } from "./use-attempt-use.ts";
import { resourceWords } from "./resource-words.ts";

interface UseTableProps {
  readonly task: TaskSummary;
  readonly detail: TaskDetail | undefined;
}

/** What an attempt at work uses, live. */
export const UseTable = ({ task, detail }: UseTableProps) => {
  const use = useAttemptUse(task, detail);
  const rows = use === null ? [] : resourceWords(use);
  if (rows.length === 0) return null;
  return (
    <dl className="metric-table use-table" title="What its processes use, all together" data-testid="use">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
