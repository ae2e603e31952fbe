import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { TaskSummary } from "#schema/api.ts";
import { useTask } from "../live/live-context.tsx";
import { errorWords } from "../show/error-words.ts";
import { ProgressBar } from "../show/progress-bar.tsx";
import { StateMark } from "../show/state-mark.tsx";
import { useNow } from "../show/ticker.ts";
import { ago, elapsed, moment, number, plural } from "../show/words.ts";
import { LineActions } from "../task/line-actions.tsx";

const until = (at: string, now: number): string => {
  const left = Date.parse(at) - now;
  return left > 0 ? `in ${elapsed(left)}` : "now";
};

/** The word of time that matters in the task's state: how long at work, when due, how long it took. */
const timeWords = (task: TaskSummary, now: number): string => {
  if (task.dueAt !== null && task.tag === "waiting") return `due ${until(task.dueAt, now)}`;
  if (task.tag === "waiting") return `for ${elapsed(now - Date.parse(task.submittedAt))}`;
  const begun = Date.parse(task.startedAt ?? task.submittedAt);
  return elapsed((task.settledAt === null ? now : Date.parse(task.settledAt)) - begun);
};

const Times = ({ task }: { readonly task: TaskSummary }) => {
  const now = useNow();
  return (
    <>
      <span role="gridcell" className="cell-time">
        {timeWords(task, now)}
      </span>
      <span role="gridcell" className="cell-ago" title={moment(task.submittedAt)}>
        {ago(task.submittedAt, now)}
      </span>
    </>
  );
};

interface TaskRowProps {
  readonly id: string;
  readonly index: number;
  readonly leaving: boolean;
  readonly current: boolean;
  readonly top: number;
  readonly chosen: boolean;
  readonly onChoose: (id: string, range: boolean) => void;
}

/** Of a run that is over, one click shows what it did. */
const Progress = ({ task }: { readonly task: TaskSummary }) => {
  if (task.tag !== "settled" || task.counts.done === 0) return <ProgressBar task={task} />;
  return (
    <Link
      to="/tasks/$id"
      params={{ id: task.id }}
      search={{ tab: "items", outcome: "done" }}
      title={`What it did: ${plural(task.counts.done, "item")}`}
      data-testid="what-it-did"
    >
      <ProgressBar task={task} />
    </Link>
  );
};

const Under = ({ task }: { readonly task: TaskSummary }) => {
  const { error, tag, outcome, counts, stuck } = task;
  if (stuck !== null)
    return (
      <small data-hue="orange" title={stuck.evidence}>
        {stuck.evidence}
      </small>
    );
  if (error !== null && tag !== "active") return <small title={errorWords(error)}>{errorWords(error)}</small>;
  if (outcome !== "partial") return null;
  return (
    <small data-hue="amber">
      {plural(counts.failed, "item")} of {number(counts.planned)} failed
    </small>
  );
};

/** One task in the list. Drawn again only when its own record changes. */
export const TaskRow = memo((props: TaskRowProps) => {
  const { id, index, leaving, current, top, chosen, onChoose } = props;
  const record = useTask(id);
  if (!record) return null;
  const { summary } = record;
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      className="row task-row"
      data-testid={`task-row-${id}`}
      data-current={current || undefined}
      data-leaving={leaving || undefined}
      data-chosen={chosen || undefined}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className="cell-check">
        <input
          type="checkbox"
          checked={chosen}
          aria-label={`Select ${summary.name}`}
          // The click knows of Shift, the change does not.
          onClick={(event) => onChoose(id, event.shiftKey)}
          readOnly
        />
      </span>
      <span role="gridcell" className="cell-state">
        <StateMark task={summary} />
      </span>
      <span role="gridcell" className="cell-name">
        <Link to="/tasks/$id" params={{ id }} data-row-link={index} title={summary.name}>
          {summary.name}
        </Link>
        <Under task={summary} />
      </span>
      <span role="gridcell" className="cell-type">
        {summary.type}
      </span>
      <span role="gridcell" className="cell-queue">
        {summary.queue}
      </span>
      <span role="gridcell" className="cell-priority" data-priority={summary.priority}>
        {summary.priority}
      </span>
      <span role="gridcell" className="cell-progress">
        <Progress task={summary} />
      </span>
      <span role="gridcell" className="cell-attempt" title="Attempt">
        {summary.attempt > 0 ? `#${summary.attempt}` : "–"}
      </span>
      <Times task={summary} />
      <span role="gridcell" className="cell-actions">
        <LineActions task={summary} brief />
      </span>
    </div>
  );
});
