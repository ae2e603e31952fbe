import type { Log } from "#infra/log.ts";
import type { Groups } from "../groups/groups.ts";
import { ATTEMPT_MARK, markOf, RUNNER_MARK } from "./marks.ts";
import { markedProcesses } from "./process-scan.ts";
import { killTree } from "./process-tree.ts";
import { removeAllScratch } from "./scratch.ts";

/** Ends what an earlier process of this runner left running; its attempts are lost and may be given to others. */
export const endLeftovers = async (runner: string, groups: Groups, log: Log): Promise<void> => {
  const mark = markOf(RUNNER_MARK, runner);
  const left = markedProcesses(mark);
  for (const name of groups.names()) {
    const group = groups.at(name);
    await killTree(markOf(ATTEMPT_MARK, name), group);
    group.remove();
  }
  await killTree(mark);
  if (left.length > 0)
    log.warn({ processes: left.length }, "ended what an earlier runner process left running");
  await removeAllScratch(runner);
};
