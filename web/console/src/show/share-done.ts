import type { TaskSummary } from "#schema/api.ts";
import type { ItemCounts } from "#schema/items.ts";

/** Items that need nothing more. */
export const settledItems = (counts: ItemCounts): number =>
  counts.done + counts.unchanged + counts.skipped + counts.failed;

/** Items that a retry of the rest would take up. */
export const itemsLeft = (counts: ItemCounts): number =>
  counts.planned - counts.done - counts.unchanged - counts.skipped;

export interface Share {
  /** 0–100, or null when nobody knows. */
  readonly percent: number | null;
  readonly text: string;
  readonly failed: number;
}

/** `12 of 99`: executors say so too, a moment later than the facts. */
const ONLY_COUNTS = /^[\d,.]+ of [\d,.]+$/;

/** What the executor says it does, unless that only repeats the counts that stand beside it. */
export const messageBeside = ({ progress, tag }: Pick<TaskSummary, "progress" | "tag">): string => {
  const message = tag === "active" ? (progress?.message ?? "") : "";
  return ONLY_COUNTS.test(message) ? "" : message;
};

/** How far a task is: counted items first (facts), then what its executor says. */
export const shareDone = ({
  counts,
  progress,
  tag,
}: Pick<TaskSummary, "counts" | "progress" | "tag">): Share => {
  if (counts.planned > 0) {
    const done = settledItems(counts);
    return {
      percent: (done / counts.planned) * 100,
      text: `${done} of ${counts.planned}`,
      failed: counts.failed,
    };
  }
  if (progress === null || tag !== "active") return { percent: null, text: "", failed: 0 };
  const { percent, done, total, message } = progress;
  if (done !== undefined && total !== undefined && total > 0) {
    return { percent: (done / total) * 100, text: `${done} of ${total}`, failed: 0 };
  }
  return { percent, text: percent === null ? message : `${Math.floor(percent)} %`, failed: 0 };
};
