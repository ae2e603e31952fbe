import { ATTEMPT_MARK, markOf } from "../../../services/runner/marks.ts";
import { lookAt, markedProcesses } from "../../../services/runner/process-scan.ts";

/** The state letter of a living process (`T` is stopped); null when it is gone or only a zombie. */
export const stateOf = (pid: number): string | null => {
  const seen = lookAt(pid);
  return seen === null || seen.state === "Z" || seen.state === "X" ? null : seen.state;
};

/** Stopped by a signal, or frozen in its control group, which shows as uninterruptible sleep. */
export const standsStill = (pid: number): boolean => ["T", "D"].includes(stateOf(pid) ?? "");

/** The first process of the attempt with this token. */
export const processOf = (token: string): number | undefined =>
  markedProcesses(markOf(ATTEMPT_MARK, token))[0]?.pid;
