/** What it means for a task to come after others: pure, asked by the scheduler and by whoever folds its facts. */
import type { TaskContext } from "./task.context.ts";
import { type AfterPolicy, DEFAULT_AFTER_POLICY } from "./task.definition.ts";
import { type StatePath, tagOf, topState } from "./task.evolve.ts";

/**
 * How a task stands in the eyes of those that come after it. Completed in part is neither success nor failure: it
 * satisfies `settled` only. `unknown`: it never was, or was forgotten.
 */
export type Standing = "open" | "succeeded" | "partial" | "failed" | "cancelled" | "unknown";

export const standingOf = (state: StatePath, outcome: TaskContext["outcome"]): Standing => {
  if (tagOf(state) !== "settled") return "open";
  const top = topState(state);
  if (top === "completed") return outcome === "partial" ? "partial" : "succeeded";
  return top === "cancelled" ? "cancelled" : "failed";
};

/** The end of "Task …, which comes first, is …". */
export const STANDING_WORDS: Readonly<Record<Exclude<Standing, "open" | "succeeded">, string>> = {
  partial: "completed only in part",
  failed: "failed",
  cancelled: "cancelled",
  unknown: "no longer known",
};

/** Tasks that come first, counted. */
export interface Tally {
  readonly total: number;
  readonly open: number;
  readonly succeeded: number;
}

/** Whether the condition holds (`go`), may still come to hold (`wait`), or can hold no more (`missed`). */
export const verdictOf = (
  policy: AfterPolicy | undefined,
  { total, open, succeeded }: Tally,
): "go" | "wait" | "missed" => {
  switch ((policy ?? DEFAULT_AFTER_POLICY).when) {
    case "succeeded":
      if (succeeded === total) return "go";
      return open + succeeded === total ? "wait" : "missed";
    case "settled":
      return open === 0 ? "go" : "wait";
    case "any":
      if (succeeded > 0) return "go";
      return open > 0 ? "wait" : "missed";
  }
};

/** The tasks this one names as coming first, while that can still matter: until it has settled. */
export const namedFirst = (state: StatePath, { definition }: TaskContext): readonly string[] =>
  tagOf(state) === "settled" ? [] : (definition?.after ?? []);

/** True while a task has yet to be told that those before it are done; a released or revived one never asks again. */
export const waitsForOthers = ({ definition, released }: TaskContext): boolean =>
  (definition?.after?.length ?? 0) > 0 && !released;
