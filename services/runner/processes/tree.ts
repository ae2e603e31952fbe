import type { Limits } from "#schema/executor-type.ts";
import { excessEnding } from "../work/excess.ts";
import type { Ending } from "../executor.ts";
import type { Groups } from "../groups/groups.ts";
import { ATTEMPT_MARK, markOf } from "./marks.ts";
import type { Seen } from "./process-scan.ts";
import { endTree, killTree, resumeProcesses, stopTree } from "./process-tree.ts";

/** What is only noticed by looking is noticed this late at most. */
const LOOK_EVERY_MS = 250;

/** Every process of one attempt, wherever it went, within the attempt's limits. */
export interface Tree {
  /** What is started within `spawn` belongs to it. Throws what `spawn` throws. */
  start<T>(spawn: () => T): T;
  /** Resolves when everything stands still. */
  freeze(): Promise<void>;
  thaw(): void;
  /** Asks it to end; kills what is left after `graceMs`. */
  end(graceMs: number): Promise<void>;
  /** Gives the number of processes that had to be killed. */
  kill(): Promise<number>;
  /** The failure it is when a limit was run into; its processes are ended then. */
  excess(): Ending | undefined;
  /** Once nothing of it is left. */
  close(): void;
}

/** Opens the tree of an attempt before its first process is started. */
export const openTree = (groups: Groups, attempt: string, limits: Limits): Tree => {
  const mark = markOf(ATTEMPT_MARK, attempt);
  const group = groups.open(attempt, limits);
  let stopped: Seen[] = [];
  let excess: Ending | undefined;

  const look = (): Ending | undefined => {
    const what = excess ? undefined : group.exceeded();
    if (what) excess = excessEnding(what, limits);
    return excess;
  };
  const limited = limits.memoryBytes !== undefined || limits.pids !== undefined;
  const watch = limited
    ? setInterval(() => {
        if (excess === undefined && look() !== undefined) void killTree(mark, group);
      }, LOOK_EVERY_MS)
    : undefined;

  return {
    start: group.start,
    freeze: async () => {
      if (!(await group.freeze())) stopped = [...stopped, ...stopTree(mark)];
    },
    thaw: () => {
      group.thaw();
      resumeProcesses(stopped);
      stopped = [];
    },
    end: (graceMs) => endTree(mark, graceMs, group),
    kill: () => killTree(mark, group),
    excess: look,
    close: () => {
      clearInterval(watch);
      group.remove();
    },
  };
};
