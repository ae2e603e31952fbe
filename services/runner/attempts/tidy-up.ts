import { ATTEMPT_MARK, markOf } from "../processes/marks.ts";
import { killTree } from "../processes/process-tree.ts";
import { removeScratch } from "../processes/scratch.ts";
import type { ContainerSweep } from "../executors/docker/run/sweep.ts";
import type { Groups } from "../groups/groups.ts";

interface Ground {
  readonly groups: Groups;
  readonly containers: Pick<ContainerSweep, "endOf">;
  /** The runner's. */
  readonly mark: string;
}

/** What a slot that was killed could not tidy up itself. `mark`: the attempt's; `contained`: its work is in a container. */
export const tidyUp = async (
  { groups, containers, mark: runner }: Ground,
  mark: string,
  contained: boolean,
): Promise<void> => {
  const group = groups.at(mark);
  await killTree(markOf(ATTEMPT_MARK, mark), group);
  group.remove();
  if (contained) await containers.endOf(mark);
  await removeScratch(runner, mark);
};
