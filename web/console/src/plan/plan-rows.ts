import type { PlanItem } from "#schema/items.ts";
import { canBeTicked, type Choice, type Group, groupOf, GROUPS, isTicked } from "./plan-groups.ts";

export const ORDERS = ["planned", "largest", "oldest"] as const;
export type Order = (typeof ORDERS)[number];

export interface PlanFilter {
  readonly text: string;
  readonly group: Group | null;
  readonly order: Order;
}

/** A line of the list: the head of a group with the places shown below it, or one item. */
export type PlanRow =
  | { readonly head: Group; readonly indices: readonly number[] }
  | { readonly head: null; readonly index: number; readonly item: PlanItem };

const LAST = "9999";

const BY: Record<Exclude<Order, "planned">, (a: PlanItem, b: PlanItem) => number> = {
  largest: (a, b) => (b.bytes ?? -1) - (a.bytes ?? -1),
  oldest: (a, b) => ((a.createdAt ?? LAST) < (b.createdAt ?? LAST) ? -1 : 1),
};

const fits = ({ id, name, why, skip, usedBy = [] }: PlanItem, text: string): boolean =>
  text === "" ||
  id.startsWith(text) ||
  [name, why ?? "", skip ?? "", ...usedBy].some((words) => words.toLowerCase().includes(text));

/** The lines of a plan: its groups in the order they matter, each below its head. */
export const planRows = (
  items: readonly PlanItem[],
  { text, group, order }: PlanFilter,
): readonly PlanRow[] => {
  const wanted = text.trim().toLowerCase();
  const groups: Record<Group, number[]> = { act: [], ask: [], skip: [], protected: [] };
  for (const [index, item] of items.entries()) {
    const own = groupOf(item);
    if ((group === null || group === own) && fits(item, wanted)) groups[own].push(index);
  }
  return GROUPS.flatMap((own): readonly PlanRow[] => {
    const rows = groups[own].flatMap((index) => {
      const item = items[index];
      return item === undefined ? [] : [{ head: null, index, item } as const];
    });
    if (rows.length === 0) return [];
    if (order !== "planned") rows.sort((a, b) => BY[order](a.item, b.item));
    return [{ head: own, indices: rows.map(({ index }) => index) }, ...rows];
  });
};

/** How many of a group's places are ticked; null where nothing can be. */
export const tickedOf = (group: Group, indices: readonly number[], choice: Choice): number | null =>
  canBeTicked(group) ? indices.filter((index) => isTicked(choice, group, index)).length : null;
