import type { Limits } from "#schema/executor-type.ts";
import { ATTEMPT_MARK, markOf } from "../processes/marks.ts";
import { markedProcesses } from "../processes/process-scan.ts";
import { countOf, readControl } from "./control-files.ts";
import type { Group, Groups } from "./groups.ts";

const KIB = 1024;

/** Which of the limits these processes are beyond together, by looking at each of them. */
export const lookForExcess = (
  processes: readonly number[],
  limits: Limits,
): "memory" | "pids" | undefined => {
  const { memoryBytes = Infinity, pids = Infinity } = limits;
  if (memoryBytes === Infinity && pids === Infinity) return undefined;
  let [memory, threads] = [0, 0];
  for (const pid of processes) {
    const status = (readControl(`/proc/${pid}/status`) ?? "").replaceAll(/:\s+/g, " ").replaceAll(" kB", "");
    // Its own memory only: files it has mapped are shared with others.
    memory += (countOf(status, "RssAnon") || countOf(status, "VmRSS")) * KIB;
    threads += countOf(status, "Threads");
  }
  if (memory > memoryBytes) return "memory";
  return threads > pids ? "pids" : undefined;
};

/** To find an attempt's processes all of the host's are looked at: not more often than this. */
const LOOK_EVERY_MS = 1_000;

/** Calls `look` at most once in a while. */
const nowAndThen = <T>(look: () => T): (() => T | undefined) => {
  let last = -Infinity;
  return () => {
    if (performance.now() - last < LOOK_EVERY_MS) return undefined;
    last = performance.now();
    return look();
  };
};

const createGroup = (attempt: string, limits: Limits): Group => ({
  hard: false,
  start: (spawn) => spawn(),
  members: () => [],
  freeze: () => Promise.resolve(false),
  thaw: () => undefined,
  kill: () => 0,
  exceeded: nowAndThen(() => {
    const found = markedProcesses(markOf(ATTEMPT_MARK, attempt));
    return lookForExcess(
      found.map(({ pid }) => pid),
      limits,
    );
  }),
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
