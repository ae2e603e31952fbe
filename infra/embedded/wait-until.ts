import { setTimeout as delay } from "node:timers/promises";

export interface Patience {
  /** Milliseconds until giving up. */
  within: number;
  /** Milliseconds between two looks; 25 by default. */
  every?: number;
}

/** Looks until `fact` yields something other than undefined or false; resolves to undefined when patience ran out. */
export const waitUntil = async <T>(
  fact: () => T | Promise<T>,
  { within, every = 25 }: Patience,
): Promise<Exclude<T, false | undefined> | undefined> => {
  const end = performance.now() + within;
  for (;;) {
    const seen = await fact();
    if (seen !== undefined && seen !== false) return seen as Exclude<T, false | undefined>;
    if (performance.now() >= end) return undefined;
    await delay(every);
  }
};
