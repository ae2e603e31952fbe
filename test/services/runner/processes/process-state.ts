import { existsSync, readFileSync } from "node:fs";
import { ATTEMPT_MARK, markOf } from "../../../../services/runner/processes/marks.ts";
import { lookAt, markedProcesses } from "../../../../services/runner/processes/process-scan.ts";

/** The state letter of a living process (`T` is stopped); null when it is gone or only a zombie. */
export const stateOf = (pid: number): string | null => {
  const seen = lookAt(pid);
  return seen === null || seen.state === "Z" || seen.state === "X" ? null : seen.state;
};

/** Version 2 freezes without a state letter of its own. */
const isFrozen = (pid: number): boolean => {
  try {
    const group = /^0::(.*)$/m.exec(readFileSync(`/proc/${pid}/cgroup`, "utf8"))?.[1] ?? "";
    const mount = existsSync("/sys/fs/cgroup/unified") ? "/sys/fs/cgroup/unified" : "/sys/fs/cgroup";
    return readFileSync(`${mount}${group}/cgroup.events`, "utf8").includes("frozen 1");
  } catch {
    return false;
  }
};

/** Stopped by a signal, or frozen in its control group, which version 1 shows as uninterruptible sleep. */
export const standsStill = (pid: number): boolean => ["T", "D"].includes(stateOf(pid) ?? "") || isFrozen(pid);

const wasGiven = (pid: number, mark: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
  } catch {
    return false;
  }
};

/** The first process of the attempt with this token. By its environment: in its control group is also the slot while it forks. */
export const processOf = (token: string): number | undefined => {
  const mark = markOf(ATTEMPT_MARK, token);
  return markedProcesses(mark).find(({ pid }) => wasGiven(pid, mark))?.pid;
};
