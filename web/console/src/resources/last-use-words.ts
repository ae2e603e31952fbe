import { ago, elapsed, moment } from "../show/words.ts";

/** Before that "not seen" says nothing. */
const SOON_MS = 60_000;

interface Used {
  readonly usedBy: readonly string[];
  readonly lastUsedAt: string | null;
}

interface Words {
  readonly short: string;
  /** The whole sentence. */
  readonly long: string;
}

/** When something was last used, as far as it was watched: not seen is not the same as unused. `now` in ms. */
export const lastUseWords = (
  { usedBy, lastUsedAt }: Used,
  observedSince: string | null,
  now: number,
): Words => {
  if (usedBy.length > 0) return { short: "in use", long: `Used by ${usedBy.join(", ")}.` };
  if (lastUsedAt !== null) {
    return { short: ago(lastUsedAt, now), long: `Last seen used ${moment(lastUsedAt)}.` };
  }
  if (observedSince === null) return { short: "not watched", long: "Its use is not watched." };
  const watched = now - Date.parse(observedSince);
  return {
    short: watched < SOON_MS ? "not seen yet" : `not seen in ${elapsed(watched)}`,
    long: `Never seen used since ${moment(observedSince)}, when watching began.`,
  };
};

/** For sorting: what is in use counts as newest, what was never seen as oldest. */
export const lastUseOrder = ({ usedBy, lastUsedAt }: Used): number => {
  if (usedBy.length > 0) return Number.POSITIVE_INFINITY;
  return lastUsedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(lastUsedAt);
};
