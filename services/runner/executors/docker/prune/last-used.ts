import { gapsSince, type LastUses } from "../hosts/last-use.ts";
import { ageWords } from "./duration.ts";
import { timeOf } from "./seen.ts";
import { kept, left, type Verdict, younger } from "./verdict.ts";

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** A thing that may not have been used for a while; times in ms. */
export interface Use {
  readonly lastUsedAt: number | null;
  /** When it was made or came here. */
  readonly madeAt: number | null;
}

/** How much of the time since then nobody watched. */
const unwatched = ({ gaps }: LastUses, since: number, now: number): number =>
  gaps.reduce((sum, { from, to }) => {
    const part = Math.min(timeOf(to) ?? now, now) - Math.max(timeOf(from) ?? since, since);
    return sum + Math.max(0, part);
  }, 0);

/**
 * Too recently used for a rule, or not watched for long enough to say; undefined when it is unused for `wanted` ms. Time in
 * which nobody watched counts for nothing: it may have been used then.
 */
export const usedSince = (
  now: number,
  { lastUsedAt, madeAt }: Use,
  { uses, wanted }: { readonly uses: LastUses; readonly wanted: number | undefined },
): Verdict | undefined => {
  if (wanted === undefined) return undefined;
  const young = lastUsedAt === null ? undefined : younger(now, lastUsedAt, wanted, "last used");
  if (young) return young;
  const watched = timeOf(uses.observedSince);
  if (watched === null)
    return kept("never-observed", "Nobody has watched this engine yet, so its last use is not known.");
  // It may have been used a moment before the watching began.
  const since = lastUsedAt ?? Math.max(watched, madeAt ?? 0);
  if (now - since - unwatched(uses, since, now) >= wanted) return undefined;
  return left(
    "never-observed",
    `It was not seen in use since ${day(since)}, but has been watched for less than ${ageWords(wanted)} since.`,
  );
};

/** What a person should know about how far "unused" can be trusted; undefined when it was seen in use. */
export const observedNote = (uses: LastUses, lastUsedAt: number | null): string | undefined => {
  if (lastUsedAt !== null || uses.observedSince === null) return undefined;
  const gaps = gapsSince(uses, uses.observedSince).length;
  const unseen = gaps === 0 ? "" : `, ${gaps} ${gaps === 1 ? "gap" : "gaps"} left out`;
  return `Not seen in use; observed since ${uses.observedSince.slice(0, 10)}${unseen}.`;
};
