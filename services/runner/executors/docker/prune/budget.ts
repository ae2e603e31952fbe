import { type Judged, left } from "./verdict.ts";

/** Milliseconds; 0 when nobody knows. */
export const usedAt = ({ thing }: Judged): number => thing.lastUsedAt ?? thing.createdAt ?? 0;

/** Where things build on each other or share parts. */
interface Ways {
  /** Which of two goes first; the one that was used longer ago, if left out. */
  readonly order?: (a: Judged, b: Judged) => number;
  /** Bytes that come back when this one goes too, after those it was asked about before; its own, if left out. */
  readonly frees?: (one: Judged) => number;
}

/**
 * Leaves those alone that need not go for the total to come under `keepUnder` bytes; what was used longest ago goes
 * first.
 */
export const underBudget = (
  judged: readonly Judged[],
  total: number,
  keepUnder: number | undefined,
  { order = (a, b) => usedAt(a) - usedAt(b), frees = ({ thing }) => thing.bytes ?? 0 }: Ways = {},
): readonly Judged[] => {
  if (keepUnder === undefined) return judged;
  let rest = total;
  const spared = new Map<Judged, Judged>();
  for (const one of judged.toSorted(order)) {
    if (one.verdict.does !== "act") continue;
    if (one.thing.bytes === null)
      spared.set(one, {
        ...one,
        verdict: left("unknown-size", "Its size is not known, and the rule is about size."),
      });
    else if (rest <= keepUnder)
      spared.set(one, { ...one, verdict: left("under-budget", "The rest is small enough without it.") });
    else rest -= frees(one);
  }
  return judged.map((one) => spared.get(one) ?? one);
};

export const totalBytes = (judged: readonly Judged[]): number =>
  judged.reduce((sum, { thing }) => sum + (thing.bytes ?? 0), 0);
