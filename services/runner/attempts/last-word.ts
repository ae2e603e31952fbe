import type { AttemptReportBody } from "#schema/reports.ts";
import type { Ending } from "../executor.ts";

export const CANCELLED: AttemptReportBody = { type: "cancelled" };
export const LET_GO: AttemptReportBody = { type: "paused", inPlace: false };
const HANDED_OVER: AttemptReportBody = { type: "handed-over" };

/** An end that the scheduler will not have, when nobody asked for another. */
export const refusedEnd = (retryable: boolean): AttemptReportBody => {
  const message = "Its end was refused by the scheduler as not possible now.";
  return { type: "attempt-failed", error: { code: "refused", message }, retryable };
};

/** What was asked of the work before it ended. */
interface Asked {
  readonly toCancel: boolean;
  readonly toHandOver: boolean;
  /** Its deadline had passed. */
  readonly timedOut: boolean;
}

/** The report that an ending becomes. */
export const lastWord = (ending: Ending, { toCancel, toHandOver, timedOut }: Asked): AttemptReportBody => {
  switch (ending.type) {
    case "completed":
      return { type: "completed", result: ending.result };
    case "planned":
      return { type: "planned", plan: ending.plan };
    case "failed":
      return { type: "attempt-failed", error: ending.error, retryable: ending.retryable };
    case "paused":
      return toHandOver ? HANDED_OVER : LET_GO;
    case "cancelled":
      if (toCancel || !timedOut) return CANCELLED;
      return {
        type: "attempt-failed",
        error: { code: "timeout", message: "It was not finished before its time ran out and was ended." },
        retryable: true,
      };
  }
};
