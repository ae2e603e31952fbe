import type { CacheRecord } from "../engine/listings.ts";
import { totalBytes, underBudget, usedAt } from "./budget.ts";
import type { BuildCachePrune } from "./payload.ts";
import { agesOf, isInScope, patternFor, type Rules } from "./rules.ts";
import { cacheLooks } from "./sightings.ts";
import { type Survey, timeOf } from "./seen.ts";
import { act, type Judged, kept, recent, type Verdict, younger } from "./verdict.ts";

export type CacheRules = Pick<BuildCachePrune, "olderThan" | "keepUnder">;

/** What a record builds on: newer engines name several. */
export const parentsOf = ({ Parent, Parents }: CacheRecord): readonly string[] => [
  ...(Parents ?? []),
  ...(Parent === undefined || Parent === "" ? [] : [Parent]),
];

/** Those on which nothing else builds first: in any other order the builder refuses. */
const leavesFirst = (judged: readonly Judged[], records: ReadonlyMap<string, CacheRecord>): Judged[] => {
  const depths = new Map<string, number>();
  const depthOf = (id: string): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    depths.set(id, 0);
    const record = records.get(id);
    const depth = record ? 1 + Math.max(0, ...parentsOf(record).map(depthOf)) : 0;
    depths.set(id, depth);
    return depth;
  };
  return judged.toSorted((a, b) => depthOf(b.thing.id) - depthOf(a.thing.id));
};

/** A record that others build on stays as long as one of them does. */
const withParents = (judged: readonly Judged[], records: ReadonlyMap<string, CacheRecord>): Judged[] => {
  const going = new Set(judged.filter(({ verdict }) => verdict.does === "act").map(({ thing }) => thing.id));
  const neededBy = new Map<string, string>();
  const visit = (id: string, child: string): void => {
    if (neededBy.has(id)) return;
    neededBy.set(id, child);
    const record = records.get(id);
    for (const parent of record ? parentsOf(record) : []) visit(parent, id);
  };
  for (const record of records.values())
    if (!going.has(record.ID)) for (const parent of parentsOf(record)) visit(parent, record.ID);
  return judged.map((one) => {
    const child = one.verdict.does === "act" ? neededBy.get(one.thing.id) : undefined;
    return child === undefined
      ? one
      : { ...one, verdict: kept("needed", `The record ${child.slice(0, 12)}, which stays, builds on it.`) };
  });
};

/** A record was used whenever one was that builds on it; of those last used at the same time the leaves stay first. */
const usesWithChildren = (
  fromLeaves: readonly Judged[],
  records: ReadonlyMap<string, CacheRecord>,
): ReadonlyMap<string, number> => {
  const latest = new Map<string, number>();
  for (const one of fromLeaves) {
    const { id } = one.thing;
    const at = Math.max(usedAt(one), latest.get(id) ?? 0);
    latest.set(id, at);
    const record = records.get(id);
    for (const parent of record ? parentsOf(record) : [])
      latest.set(parent, Math.max(at, latest.get(parent) ?? 0));
  }
  return latest;
};

const SHARED = "An image has the same content: little or no space comes back.";

/** Every record of the build cache, the leaves first. */
export const planCache = ({ now, cache }: Survey, rules: Rules, wanted: CacheRules): readonly Judged[] => {
  const ages = agesOf(wanted.olderThan);
  const records = new Map(cache.map((record) => [record.ID, record]));
  const judge = (record: CacheRecord, madeAt: number | null, usedAt: number | null): Verdict => {
    if (record.InUse) return kept("in-use", "A build uses it.");
    const pattern = patternFor([record.ID, record.Type, record.Description], rules.protectNames);
    if (pattern !== undefined) return kept("name", `It matches "${pattern}".`);
    const young =
      recent({ now, graceMs: rules.graceMs }, usedAt, "used") ??
      younger(now, madeAt, ages.created, "made") ??
      younger(now, usedAt, ages.lastUsed, "last used");
    return young ?? act("unused", "No build uses it.", record.Shared ? { note: SHARED } : {});
  };
  const judged = cache
    .filter(({ ID }) => isInScope(rules, ID, {}))
    .map((record): Judged => {
      const madeAt = timeOf(record.CreatedAt);
      const usedAt = timeOf(record.LastUsedAt) ?? madeAt;
      return {
        thing: {
          kind: "build-cache",
          id: record.ID,
          name: `${record.Description || record.Type} (${record.ID.slice(0, 12)})`,
          bytes: record.Size,
          createdAt: madeAt,
          lastUsedAt: usedAt,
          looks: cacheLooks(record),
        },
        verdict: judge(record, madeAt, usedAt),
      };
    });
  const candidates = leavesFirst(withParents(judged, records), records);
  const lastUse = usesWithChildren(candidates, records);
  const chosen = underBudget(candidates, totalBytes(judged), wanted.keepUnder, {
    order: (a, b) => (lastUse.get(a.thing.id) ?? 0) - (lastUse.get(b.thing.id) ?? 0),
  });
  return withParents(chosen, records);
};
