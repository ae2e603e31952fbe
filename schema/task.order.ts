import { PRIORITIES, type Priority } from "./task.definition.ts";

interface Waiting {
  readonly priority: Priority;
  /** Journal sequence of its first fact: who came first. */
  readonly born: number;
}

export const rank = (priority: Priority): number => PRIORITIES.indexOf(priority);

/** Sorts who goes first to the front: priority, then first in, first out. */
export const byOrder = (a: Waiting, b: Waiting): number =>
  rank(a.priority) - rank(b.priority) || a.born - b.born;
