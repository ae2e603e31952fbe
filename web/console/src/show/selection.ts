/** Chosen rows by id; a value, so that a changed choice is a new one. */
export interface Selection {
  readonly ids: ReadonlySet<string>;
  /** Where a range with Shift begins. */
  readonly anchor: string | null;
}

export const NONE: Selection = { ids: new Set(), anchor: null };

/** One row is switched; with `range` all rows from the anchor to it get what it gets. `order` is the list as shown. */
export const choose = (
  before: Selection,
  id: string,
  order: readonly string[],
  range: boolean,
): Selection => {
  const ids = new Set(before.ids);
  const wanted = !ids.has(id);
  const from = range && before.anchor !== null ? order.indexOf(before.anchor) : -1;
  const to = order.indexOf(id);
  const touched = from < 0 || to < 0 ? [id] : order.slice(Math.min(from, to), Math.max(from, to) + 1);
  for (const each of touched) {
    if (wanted) ids.add(each);
    else ids.delete(each);
  }
  return { ids, anchor: id };
};

/** All of these rows are chosen, or, when they were already, none of them. */
export const chooseAll = (before: Selection, shown: readonly string[]): Selection => {
  const ids = new Set(before.ids);
  const all = shown.length > 0 && shown.every((id) => ids.has(id));
  for (const id of shown) {
    if (all) ids.delete(id);
    else ids.add(id);
  }
  return { ids, anchor: null };
};
