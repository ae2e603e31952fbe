import { isInSet, type PlanItem } from "#schema/items.ts";
import type { JobContext } from "../../../executor.ts";
import { type Settled, skippedFor } from "./settled.ts";

/** What the plan, the yes to it, or its being a mere report leaves alone without a look; undefined when it is to be acted on. */
export const leftAlone = (
  { approval, dryRun }: Pick<JobContext, "approval" | "dryRun">,
  item: PlanItem,
  index: number,
): Settled | undefined => {
  if (item.skip !== undefined)
    return skippedFor(item.rule ?? (item.protected === false ? "skipped" : "protected"), item.skip);
  if (approval && isInSet(approval.except, index))
    return skippedFor("unticked", "It was left out when the plan was approved.");
  if (dryRun) return skippedFor("dry-run", "Only a report was asked for.");
  const isNamed = approval !== null && isInSet(approval.named, index);
  if (item.ask !== undefined && !isNamed) return skippedFor("not-named", item.ask);
  return undefined;
};
