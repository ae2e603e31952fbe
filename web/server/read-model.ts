import { setTimeout as sleep } from "node:timers/promises";
import type { History } from "./history.ts";
import { checkpointOf } from "./queries/checkpoint.ts";

const LOOK_EVERY_MS = 20;

/** Waits until the read model holds the facts up to `seq`; false when it does not within `ms`: its projector may be away. Throws a 503 problem without Postgres. */
export const readModelHas = async (history: History, seq: number, ms: number): Promise<boolean> => {
  const end = performance.now() + ms;
  for (;;) {
    if (seq === 0 || (await history.read((sql) => checkpointOf(sql, "journal"))) >= seq) return true;
    if (performance.now() >= end) return false;
    await sleep(LOOK_EVERY_MS);
  }
};
