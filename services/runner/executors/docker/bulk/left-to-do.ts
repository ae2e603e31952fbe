import { type ItemCounts, markAt, type PlanItem, reopenFailed } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";

/** Where to go on: with what is open; when nothing is, this is a retry of what failed. */
export const reopened = ({ plan, standing: { marks, counts } }: JobContext): JobContext["standing"] => {
  const isOpen = plan.some((_, index) => markAt(marks, index) < 2);
  return isOpen ? { marks, counts } : reopenFailed(marks, counts);
};

export const settledCount = ({ done, unchanged, skipped, failed }: ItemCounts): number =>
  done + unchanged + skipped + failed;

/** One stage as far as it is still to be done. */
export interface Stage {
  /** Items still to be settled. */
  readonly indices: readonly number[];
  /** What the stage before it acts on, in whichever attempt. */
  readonly after: readonly PlanItem[];
}

/** The items still to be settled, stage by stage. */
export const stagesLeft = (plan: readonly PlanItem[], marks: string): Stage[] => {
  const stages = new Map<number, { indices: number[]; acted: PlanItem[] }>();
  for (const [index, item] of plan.entries()) {
    const number = item.stage ?? 0;
    const stage = stages.get(number) ?? { indices: [], acted: [] };
    stages.set(number, stage);
    if (markAt(marks, index) < 2) stage.indices.push(index);
    if (item.skip === undefined) stage.acted.push(item);
  }
  const inOrder = [...stages].toSorted(([a], [b]) => a - b).map(([, stage]) => stage);
  return inOrder
    .map(({ indices }, place) => ({ indices, after: inOrder[place - 1]?.acted ?? [] }))
    .filter(({ indices }) => indices.length > 0);
};

/** Names of what is not settled. */
export const namesLeft = (plan: readonly PlanItem[], marks: string): string[] =>
  plan.flatMap(({ name }, index) => (markAt(marks, index) < 2 ? [name] : []));
