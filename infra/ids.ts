import { v7 } from "uuid";

/** Identifiers and chance, as services may know them. */
export interface Ids {
  /** Unique, and sorted by time of making. */
  next(): string;
  /** A number in [0, 1). */
  chance(): number;
}

export const systemIds: Ids = { next: () => v7(), chance: () => Math.random() };
