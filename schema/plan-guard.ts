/** The limits a plan is held to: one that exceeds them stops its task and asks, whoever made it and however it was to run. */
import Type, { type Static } from "typebox";
import { PLAN_LIMIT } from "./items.ts";

export const PlanGuard = Type.Object(
  {
    items: Type.Optional(
      Type.Integer({ minimum: 0, maximum: PLAN_LIMIT, description: "Items it may act on." }),
    ),
    share: Type.Optional(
      Type.Number({ minimum: 0, maximum: 1, description: "Share of all it looked at that it may act on." }),
    ),
    timesUsual: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 1_000,
        description: "Times as many items as the median of the latest plans of the same schedule.",
      }),
    ),
    above: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: PLAN_LIMIT,
        description: "`share` and `timesUsual` count for plans that act on more items than this.",
      }),
    ),
  },
  {
    additionalProperties: false,
    description: "A plan that exceeds one of these waits for a person's yes. An empty one allows all.",
  },
);
export type PlanGuard = Static<typeof PlanGuard>;

/** How many plans of a schedule its usual is the median of. */
export const PLANS_REMEMBERED = 5;

interface Figures {
  /** Items it means to act on, and all it looked at. */
  readonly acts: number;
  readonly count: number;
  /** What the latest plans of the same schedule meant to act on; empty when there is none. */
  readonly before: readonly number[];
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
};

const things = (count: number): string => (count === 1 ? "1 item" : `${count} items`);

/** Rounded up to tenths of a per cent, so that what exceeds a limit also reads as more. */
const percent = (share: number): string => `${Math.ceil(share * 1_000 - 1e-9) / 10} %`;

/** In one sentence which limit a plan exceeds, with the figures; null when it keeps within all of them. */
export const excess = (
  { items, share, timesUsual, above = 0 }: PlanGuard,
  { acts, count, before }: Figures,
): string | null => {
  if (items !== undefined && acts > items)
    return `It would act on ${things(acts)}, more than the ${items} allowed.`;
  if (acts <= above) return null;
  if (share !== undefined && count > 0 && acts / count > share)
    return `It would act on ${acts} of ${things(count)} (${percent(acts / count)}), more than the ${percent(share)} allowed.`;
  // A usual of nothing would make any single item too many.
  const usual = Math.max(1, median(before));
  if (timesUsual === undefined || before.length === 0 || acts <= usual * timesUsual) return null;
  const plans = before.length === 1 ? "its last plan" : `its last ${before.length} plans`;
  return `It would act on ${things(acts)}, more than ${timesUsual} times the usual ${usual} of ${plans}.`;
};

/** What plans that delete are held to where a schedule makes them and says nothing else. */
export const GUARD_OF_DELETING: PlanGuard = { above: 20, share: 0.5, timesUsual: 3 };
