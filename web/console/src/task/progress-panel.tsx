import type { TaskSummary } from "#schema/api.ts";
import { ProgressBar } from "../show/progress-bar.tsx";
import { messageBeside, settledItems, shareDone } from "../show/share-done.ts";
import { useNow } from "../show/ticker.ts";
import { duration, elapsed, number } from "../show/words.ts";
import { lifeWords } from "./life-words.ts";

/** Long names of current items are cut after so many. */
const CURRENT_SHOWN = 8;

const countWords = ({ counts }: TaskSummary): string => {
  const parts = [
    `${number(counts.done)} done`,
    counts.unchanged > 0 ? `${number(counts.unchanged)} already so` : "",
    counts.skipped > 0 ? `${number(counts.skipped)} left alone` : "",
    counts.failed > 0 ? `${number(counts.failed)} failed` : "",
  ];
  const left = counts.planned - settledItems(counts);
  if (left > 0) parts.push(`${number(left)} to do`);
  return parts.filter((part) => part !== "").join(", ");
};

const etaWords = (etaMs: number): string => `about ${elapsed(Math.max(1_000, etaMs))} left`;

/** Items per second since it began, when that says something. */
const rateWords = (task: TaskSummary, now: number): string => {
  const done = task.counts.planned > 0 ? settledItems(task.counts) : (task.progress?.done ?? 0);
  if (done < 2 || task.startedAt === null || task.attempt > 1) return "";
  const rate = done / ((now - Date.parse(task.startedAt)) / 1_000);
  return rate >= 1 ? `${rate.toFixed(1)} per second` : `${(rate * 60).toFixed(1)} per minute`;
};

const Facts = ({ task }: { readonly task: TaskSummary }) => {
  const now = useNow();
  const begun = task.startedAt === null ? null : Date.parse(task.startedAt);
  const end = task.settledAt === null ? now : Date.parse(task.settledAt);
  const words = [
    messageBeside(task),
    task.tag === "active" ? rateWords(task, now) : "",
    task.tag === "active" && task.progress?.etaMs !== undefined ? etaWords(task.progress.etaMs) : "",
    begun === null
      ? ""
      : task.settledAt === null
        ? `${elapsed(end - begun)} so far`
        : `took ${duration(end - begun)}`,
    lifeWords(task, now),
  ];
  return <>{words.filter((word) => word !== "").join(" · ")}</>;
};

/** How far a task is: bar, counts, pace, and what is in hand right now. */
export const ProgressPanel = ({ task }: { readonly task: TaskSummary }) => {
  const { text, percent } = shareDone(task);
  const stuck = task.state === "stuck";
  const counted = task.counts.planned > 0;
  if (!counted && task.tag !== "active") return null;
  const current = task.tag === "active" ? (task.progress?.current ?? []) : [];
  return (
    <div className="progress-panel">
      <div className="progress-line">
        <strong data-testid="progress-text">
          {counted
            ? text
            : percent === null
              ? stuck
                ? "No progress"
                : "At work"
              : `${Math.floor(percent)} %`}
        </strong>
        {counted && <span data-testid="progress-counts">{countWords(task)}</span>}
        <span className="spring" />
        <span className="muted">
          <Facts task={task} />
        </span>
      </div>
      {(percent !== null || !stuck) && <ProgressBar task={task} large />}
      {current.length > 0 && (
        <p className="current-items">
          <span className="muted">Now:</span>{" "}
          {current.slice(0, CURRENT_SHOWN).map((name) => (
            <code key={name}>{name}</code>
          ))}
          {current.length > CURRENT_SHOWN && (
            <span className="muted">and {current.length - CURRENT_SHOWN} more</span>
          )}
        </p>
      )}
    </div>
  );
};
