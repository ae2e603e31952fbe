import { type Ending, failed } from "../../../executor.ts";
import { isUnclear, messageOf, statusOf } from "../engine/classify.ts";

/** How a task ends whose engine would not do what it was asked, or did not answer in time. Throws all that is no engine's answer. */
export const hostFailure = (error: unknown): Ending => {
  const status = statusOf(error);
  if (status === undefined && !isUnclear(error)) throw error;
  return failed("engine-error", messageOf(error).trim(), status === undefined || status >= 500);
};
