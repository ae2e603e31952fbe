import { lookAt } from "../../../processes/process-scan.ts";

/** By which a task's container is found again. */
export const LABELS = {
  attempt: "longshore.attempt",
  runner: "longshore.runner",
  owner: "longshore.owner",
} as const;

/** A runner's process, told from a later one with the same pid. */
export const ownerOf = (pid: number): string => `${pid}-${lookAt(pid)?.start ?? ""}`;
