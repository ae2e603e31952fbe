import type { BatchBody } from "#schema/record-api.ts";
import type { TaskFilter } from "../live/task-filter.ts";
import { choose, chooseAll, NONE, type Selection } from "../show/selection.ts";

/** Tasks chosen one by one, or all that match the filter, loaded or not. */
export interface TaskChoice {
  readonly selection: Selection;
  readonly matching: boolean;
}

export const NO_CHOICE: TaskChoice = { selection: NONE, matching: false };

/** One row (or a range to it) is switched; from "all that match" it goes on with what is loaded. */
export const pick = (
  before: TaskChoice,
  id: string,
  order: readonly string[],
  range: boolean,
): TaskChoice => {
  const from = before.matching ? chooseAll(NONE, order) : before.selection;
  return { selection: choose(from, id, order, range), matching: false };
};

export const pickLoaded = (before: TaskChoice, order: readonly string[]): TaskChoice => ({
  selection: before.matching ? NONE : chooseAll(before.selection, order),
  matching: false,
});

export const ALL_MATCHING: TaskChoice = { selection: NONE, matching: true };

export const isChosen = ({ selection, matching }: TaskChoice, id: string): boolean =>
  matching || selection.ids.has(id);

export const isEmpty = ({ selection, matching }: TaskChoice): boolean =>
  !matching && selection.ids.size === 0;

/** What a batch is asked to be about. */
export const targetOf = (
  { selection, matching }: TaskChoice,
  filter: TaskFilter,
): Pick<BatchBody, "ids" | "query"> => (matching ? { query: filter } : { ids: [...selection.ids] });
