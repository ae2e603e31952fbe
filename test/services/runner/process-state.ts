import { lookAt } from "../../../services/runner/process-scan.ts";

/** The state letter of a living process (`T` is stopped); null when it is gone or only a zombie. */
export const stateOf = (pid: number): string | null => {
  const seen = lookAt(pid);
  return seen === null || seen.state === "Z" || seen.state === "X" ? null : seen.state;
};
