import type { Limits } from "#schema/executor-type.ts";
import { ATTEMPT_MARK, markOf } from "../marks.ts";
import { markedProcesses } from "../process-scan.ts";
import { countOf, readControl } from "./control-files.ts";
import type { Group, Groups } from "./groups.ts";

const KIB = 1024;

/** Which of the limits the processes of an attempt are beyond, by looking at each of them. */
export const lookForExcess = (attempt: string, limits: Limits): "memory" | "pids" | undefined => {
  const { memoryBytes = Infinity, pids = Infinity } = limits;
  if (memoryBytes === Infinity && pids === Infinity) return undefined;
  let [memory, threads] = [0, 0];
  for (const { pid } of markedProcesses(markOf(ATTEMPT_MARK, attempt))) {
    const status = (readControl(`/proc/${pid}/status`) ?? "").replaceAll(/:\s+/g, " ").replaceAll(" kB", "");
    // Its own memory only: files it has mapped are shared with others.
    memory += (countOf(status, "RssAnon") || countOf(status, "VmRSS")) * KIB;
    threads += countOf(status, "Threads");
  }
  if (memory > memoryBytes) return "memory";
  return threads > pids ? "pids" : undefined;
};

const createGroup = (attempt: string, limits: Limits): Group => ({
  hard: false,
  start: (spawn) => spawn(),
  members: () => [],
  freeze: () => Promise.resolve(false),
  thaw: () => undefined,
  kill: () => 0,
  exceeded: () => lookForExcess(attempt, limits),
  remove: () => undefined,
});

/** No control groups: limits are watched, processes are found by their marks. */
export const createSoftGroups = (): Groups => ({
  kind: "soft",
  settle: () => undefined,
  open: createGroup,
  at: (attempt) => createGroup(attempt, {}),
  names: () => [],
  remove: () => true,
});
