import { type Ending, failed } from "../../../executor.ts";
import { isUnclear, messageOf, statusOf } from "../engine/classify.ts";
import { EngineRefused } from "../engine/refused.ts";
import { UnknownHost } from "./engine-of.ts";

/** How a task ends whose host is unknown or whose engine would not do what it was asked. */
export const hostFailure = (error: unknown): Ending => {
  if (error instanceof UnknownHost) return failed("unknown-host", error.message, false);
  if (error instanceof EngineRefused) return failed(error.refusal, error.message, false);
  const status = statusOf(error);
  if (status === undefined && !isUnclear(error)) throw error;
  return failed("engine-error", messageOf(error).trim(), status === undefined || status >= 500);
};
