import { type Judged, left } from "./verdict.ts";

const usedAt = ({ thing }: Judged): number => thing.lastUsedAt ?? thing.createdAt ?? 0;

/**
 * Leaves those alone that need not go for the total to come under `keepUnder` bytes; what was used longest ago goes
 * first. What is shared with others counts for nothing, so a total may come out lower than reckoned.
 */
export const underBudget = (
  judged: readonly Judged[],
  total: number,
  keepUnder: number | undefined,
): readonly Judged[] => {
  if (keepUnder === undefined) return judged;
  let rest = total;
  const spared = new Map<Judged, Judged>();
  for (const one of judged.toSorted((a, b) => usedAt(a) - usedAt(b))) {
    if (one.verdict.does !== "act") continue;
    if (one.thing.bytes === null)
      spared.set(one, {
        ...one,
        verdict: left("unknown-size", "Its size is not known, and the rule is about size."),
      });
    else if (rest <= keepUnder)
      spared.set(one, { ...one, verdict: left("under-budget", "The rest is small enough without it.") });
    else rest -= one.thing.bytes;
  }
  return judged.map((one) => spared.get(one) ?? one);
};

export const totalBytes = (judged: readonly Judged[]): number =>
  judged.reduce((sum, { thing }) => sum + (thing.bytes ?? 0), 0);
