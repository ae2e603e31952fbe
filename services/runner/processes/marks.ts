import { createHash } from "node:crypto";

/** Environment by which the processes of a runner, and of one attempt, are found again in /proc. */
export const RUNNER_MARK = "LONGSHORE_RUNNER";
export const ATTEMPT_MARK = "LONGSHORE_ATTEMPT";

/** Control group above those of all runners. */
export const GROUP_PARENT = "longshore";

/** Two installations on one host may both call their runner "local": the data folder tells them apart. */
export const runnerMark = (runner: string, data: string): string =>
  `${runner}:${createHash("sha256").update(data).digest("hex").slice(0, 16)}`;

/** As it stands in a process's environment. */
export const markOf = (name: string, value: string): string => `${name}=${value}`;
