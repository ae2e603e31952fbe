import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Environment by which the processes of a runner, and of one attempt, are found again in /proc. */
export const RUNNER_MARK = "LONGSHORE_RUNNER";
export const ATTEMPT_MARK = "LONGSHORE_ATTEMPT";

/** Control group above those of all runners. */
export const GROUP_PARENT = "longshore";

/** Empty where there is none. It stays when the machine is renamed, and then what was left behind is still found. */
const machineId = (): string => {
  try {
    return readFileSync("/etc/machine-id", "utf8").trim();
  } catch {
    return "";
  }
};

/**
 * Two installations may both call their runner "local": the data folder tells those of one machine apart, and the machine's
 * id those that put containers on the same far host.
 */
export const runnerMark = (runner: string, data: string): string =>
  `${runner}:${createHash("sha256").update(`${machineId()}${data}`).digest("hex").slice(0, 16)}`;

/**
 * Tells a runner from another that is called the same. The host's name is part of it: containers, and machines copied from
 * one image, have no id of their own, or the same one, and mostly the same folders.
 */
export const placeOf = (mark: string, hostName: string): string => `${mark}@${hostName}`;

/** As it stands in a process's environment. */
export const markOf = (name: string, value: string): string => `${name}=${value}`;
