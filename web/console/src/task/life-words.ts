import type { TaskSummary } from "#schema/api.ts";
import { ago } from "../show/words.ts";

/** Work that tells of itself every now and then need not be watched for it. */
const QUIET_MS = 10_000;

/** When work was last heard of, once that is a while ago; only of work that should be heard of. */
export const lifeWords = (
  { state, progress }: Pick<TaskSummary, "state" | "progress">,
  now: number,
): string => {
  if (progress === null || (state !== "running.working" && state !== "stuck")) return "";
  return now - Date.parse(progress.at) > QUIET_MS ? `last sign of life ${ago(progress.at, now)}` : "";
};
