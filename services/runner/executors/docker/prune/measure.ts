import { setTimeout as sleep } from "node:timers/promises";
import type { ItemKind } from "#schema/items.ts";
import { messageOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { diskUse, type DiskType, type DiskUse } from "../engine/listings.ts";

const AGAIN_MS = 500;
const PATIENCE_MS = 600_000;

/** What is to be measured, and the API version of the engine. */
export interface Measuring {
  readonly kinds: ReadonlySet<ItemKind>;
  readonly apiVersion: string;
}

const typesFor = ({ kinds, apiVersion }: Measuring): DiskType[] => {
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  // Older engines reckon everything or nothing.
  if (major < 1 || (major === 1 && minor < 42)) return [];
  return [...kinds].filter((kind) => kind !== "network");
};

/** What the engine says of sizes. Before version 23 it reckons for one asker at a time: then this waits for its turn. */
export const measure = async (
  engine: Engine,
  measuring: Measuring,
  signal: AbortSignal,
): Promise<DiskUse> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await diskUse(engine, signal, typesFor(measuring));
    } catch (error) {
      if (!/already running/.test(messageOf(error)) || performance.now() > until) throw error;
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
};
