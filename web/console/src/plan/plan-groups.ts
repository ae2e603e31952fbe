import { type Approval, isInSet, type PlanItem } from "#schema/items.ts";

/** What a plan makes of an item: acted on, acted on after a yes that names it, left alone, left alone to protect it. */
export const GROUPS = ["act", "ask", "skip", "protected"] as const;
export type Group = (typeof GROUPS)[number];

export const groupOf = ({ skip, ask, protected: guarded }: PlanItem): Group => {
  if (skip !== undefined) return guarded === true ? "protected" : "skip";
  return ask === undefined ? "act" : "ask";
};

export const canBeTicked = (group: Group): boolean => group === "act" || group === "ask";

/** Departures from the plan as it came, by places in it: what it acts on is ticked at first, what asks is not. */
export interface Choice {
  readonly except: ReadonlySet<number>;
  readonly named: ReadonlySet<number>;
}

export const AS_PLANNED: Choice = { except: new Set(), named: new Set() };

const places = (items: readonly PlanItem[], set: string): ReadonlySet<number> =>
  new Set([...items.keys()].filter((index) => isInSet(set, index)));

/** The choice a yes was given with. */
export const choiceOf = (items: readonly PlanItem[], approval: Approval | null): Choice =>
  approval === null
    ? AS_PLANNED
    : { except: places(items, approval.except), named: places(items, approval.named) };

export const isTicked = (choice: Choice, group: Group, index: number): boolean => {
  if (group === "ask") return choice.named.has(index) && !choice.except.has(index);
  return group === "act" && !choice.except.has(index);
};

/** The choice with these places ticked or not; what cannot be ticked stays as it is. */
export const withTicks = (
  choice: Choice,
  items: readonly PlanItem[],
  indices: readonly number[],
  ticked: boolean,
): Choice => {
  const except = new Set(choice.except);
  const named = new Set(choice.named);
  for (const index of indices) {
    const item = items[index];
    const group = item && groupOf(item);
    if (group === "act" && ticked) except.delete(index);
    else if (group === "act") except.add(index);
    else if (group === "ask" && ticked) named.add(index);
    else if (group === "ask") named.delete(index);
  }
  return { except, named };
};

export interface Tally {
  /** Items in each group, ticked or not. */
  readonly counts: Readonly<Record<Group, number>>;
  /** Items that will be acted on. */
  readonly acts: number;
  /** How many of them had to be named. */
  readonly named: number;
  /** What they take on disk as far as that is known. */
  readonly bytes: number;
}

/** The sums of a plan under a choice. */
export const tally = (items: readonly PlanItem[], choice: Choice): Tally => {
  const counts: Record<Group, number> = { act: 0, ask: 0, skip: 0, protected: 0 };
  let acts = 0;
  let named = 0;
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    const group = groupOf(item);
    counts[group] += 1;
    if (!isTicked(choice, group, index)) continue;
    acts += 1;
    bytes += item.bytes ?? 0;
    if (group === "ask") named += 1;
  }
  return { counts, acts, named, bytes };
};
