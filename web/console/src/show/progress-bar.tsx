import type { TaskSummary } from "#schema/api.ts";
import { shareDone } from "./share-done.ts";
import { taskLook } from "./state-look.ts";

interface ProgressBarProps {
  readonly task: TaskSummary;
  readonly large?: boolean;
}

/** A bar that goes to and fro says that something moves. */
const isMoving = ({ tag, state }: TaskSummary): boolean => tag === "active" && state !== "stuck";

/** A bar with its numbers beside it; failed items are their own part of the bar. */
export const ProgressBar = ({ task, large = false }: ProgressBarProps) => {
  const { percent, text, failed } = shareDone(task);
  const moving = isMoving(task);
  if (percent === null && text === "" && !moving) return <span className="muted">–</span>;
  const { planned } = task.counts;
  const failedShare = planned > 0 ? (failed / planned) * 100 : 0;
  return (
    <span className={large ? "progress large" : "progress"} data-hue={taskLook(task.state, task.outcome).hue}>
      <span
        className="progress-track"
        role="progressbar"
        aria-label={`Progress of ${task.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { "aria-valuenow": Math.floor(percent) })}
        aria-valuetext={text || "at work, no measure"}
        data-unknown={percent === null && moving ? true : undefined}
      >
        <span className="progress-good" style={{ width: `${Math.max(0, (percent ?? 0) - failedShare)}%` }} />
        {failedShare > 0 && <span className="progress-bad" style={{ width: `${failedShare}%` }} />}
      </span>
      {!large && <span className="progress-words">{text}</span>}
    </span>
  );
};
