import type { ItemOutcome, ItemResult, PlanHead } from "#schema/items.ts";
import { eventOf, isTaskFact } from "#schema/envelope.ts";
import type { ReadFact } from "../verify.ts";

/** Such an item stays as it is, whatever is reported afterwards: the rule of `recordItems`. */
export const SETTLED_WELL: readonly ItemOutcome[] = ["done", "unchanged", "skipped"];

/** Executors of the user's report what they like, and one fact that cannot be written would stop all that come after it. */
const INT4_MOST = 2 ** 31 - 1;

/** One result, and the fact that told it. */
export interface Told {
  readonly seq: number;
  readonly place: number;
  readonly taskId: string;
  readonly at: string;
  readonly attempt: number;
  readonly item: ItemResult;
  /** Milliseconds as the column can hold them. */
  readonly ms: number | null;
  /** The plan it belongs to. */
  readonly plan: PlanHead | undefined;
}

/** The results a fact tells that a row can be about. */
export const toldBy = ({ seq, fact }: ReadFact, plan: PlanHead | undefined): readonly Told[] => {
  if (!isTaskFact(fact)) return [];
  const event = eventOf(fact);
  if (event.type !== "items-recorded") return [];
  const { taskId, at, attempt } = fact;
  return event.items.flatMap((item, place) => {
    if (item.index > INT4_MOST) return [];
    const ms = item.ms === undefined ? null : Math.min(Math.round(item.ms), INT4_MOST);
    return [{ seq, place, taskId, at, attempt, item, ms, plan }];
  });
};
