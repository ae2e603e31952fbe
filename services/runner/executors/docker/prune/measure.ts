import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { diskUse, type DiskUse } from "../engine/listings.ts";

const AGAIN_MS = 500;
const PATIENCE_MS = 600_000;

/** What the engine says of sizes. Before version 23 it reckons for one asker at a time: then this waits for its turn. */
export const measure = async (engine: Engine, signal: AbortSignal): Promise<DiskUse> => {
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await diskUse(engine, signal);
    } catch (error) {
      if (!/already running/.test(messageOf(error)) || performance.now() > until) throw error;
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
};
