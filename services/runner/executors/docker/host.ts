import { setTimeout as sleep } from "node:timers/promises";
import type { JobContext } from "../../executor.ts";
import { isEngineAway } from "./classify.ts";
import type { Engine } from "./engine.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
const PING_MS = 3_000;

/** Waits with the task when its engine is away: no item fails for that, and no attempt. */
export interface Host {
  /** Runs a call until the engine gives an answer. Undefined when the task is to stop while the engine is away. */
  answered<T>(call: () => Promise<T>): Promise<T | undefined>;
}

export const createHost = (engine: Engine, context: JobContext): Host => {
  const stop = AbortSignal.any([context.cancelled, context.pausing]);
  let waiting: Promise<void> | undefined;

  const back = async (): Promise<boolean> => {
    engine.forget();
    try {
      await engine.ping(AbortSignal.any([stop, AbortSignal.timeout(PING_MS)]));
      return true;
    } catch {
      return false;
    }
  };

  const waitForEngine = async (error: unknown): Promise<void> => {
    const message = engine.explain(error);
    context.log(message);
    const told = context.hostLost(message);
    for (let wait = FIRST_WAIT_MS; !stop.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      await sleep(wait, undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted || !(await back())) continue;
      await told;
      await context.hostBack();
      context.log("The container engine is back.");
      return;
    }
  };

  return {
    answered: async (call) => {
      for (;;) {
        try {
          return await call();
        } catch (error) {
          if (!isEngineAway(error)) throw error;
          waiting ??= waitForEngine(error).finally(() => {
            waiting = undefined;
          });
          await waiting;
          if (stop.aborted) return undefined;
        }
      }
    },
  };
};
