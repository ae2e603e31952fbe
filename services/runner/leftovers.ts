import type { Log } from "#infra/log.ts";
import { markedProcesses } from "./process-scan.ts";
import { killTree } from "./process-tree.ts";

/** Ends what an earlier process of this runner left running; its attempts are lost and may be given to others. */
export const endLeftovers = async (mark: string, log: Log): Promise<void> => {
  const left = markedProcesses(mark);
  if (left.length === 0) return;
  await killTree(mark);
  log.warn({ processes: left.length }, "ended what an earlier runner process left running");
};
