import { setTimeout as sleep } from "node:timers/promises";
import type { JobContext } from "../../../executor.ts";
import { isAborted, isEngineAway, isUnavailable, isUnclear } from "./classify.ts";
import type { Engine } from "./engine.ts";
import { EngineRefused } from "./refused.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;
/** Before a call is made again to an engine that answers; doubled each time. */
const AGAIN_MS = 50;
/** How often one call may go unanswered, or unserved, by an engine that does answer a ping: then it is the call that is stuck. */
const UNANSWERED_AT_MOST = 3;

/** Waits with the task when its engine is away: no item fails for that, and no attempt. */
export interface Host {
  /**
   * Runs a call until the engine gives an answer. Undefined when the task is to stop while the engine is away. Throws
   * EngineRefused when the engine is no good from the start; one that becomes so later counts as away.
   */
  answered<T>(call: () => Promise<T>): Promise<T | undefined>;
}

export const createHost = (engine: Engine, context: JobContext): Host => {
  const stop = AbortSignal.any([context.cancelled, context.pausing]);
  let waiting: Promise<boolean> | undefined;
  let hasAnswered = false;

  /** The one the plan was made on, or any where there is no plan yet: what is done after a gap must not hit another. */
  const isTheSame = async (): Promise<boolean> => {
    if (context.engine === null) return true;
    return (await engine.about(stop)).id === context.engine.id;
  };

  const isBack = async (signal?: AbortSignal): Promise<boolean> => {
    engine.forget();
    try {
      await engine.ping(signal);
      return !hasAnswered || (await isTheSame());
    } catch {
      return false;
    }
  };

  const waitForEngine = async (error: unknown): Promise<boolean> => {
    // What was cut off may be a single connection, and a limit may run out because we stood still ourselves.
    if (await isBack()) return true;
    const message = engine.explain(error);
    context.log(message);
    const told = context.hostLost(message);
    for (let wait = FIRST_WAIT_MS; !stop.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
      await sleep(wait, undefined, { signal: stop }).catch(() => undefined);
      if (stop.aborted || !(await isBack(stop))) continue;
      await told;
      await context.hostBack();
      context.log("The container engine is back.");
      return true;
    }
    return false;
  };

  /** Those that find the engine away at the same time wait together. */
  const untilBack = (error: unknown): Promise<boolean> => {
    waiting ??= waitForEngine(error).finally(() => {
      waiting = undefined;
    });
    return waiting;
  };

  return {
    answered: async (call) => {
      let unanswered = 0;
      for (let wait = AGAIN_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
        try {
          const answer = await call();
          hasAnswered = true;
          return answer;
        } catch (error) {
          if (error instanceof EngineRefused && !hasAnswered) throw error;
          if (isAborted(error) && stop.aborted) return undefined;
          if (isUnclear(error) || isUnavailable(error)) unanswered += 1;
          else if (!isEngineAway(error)) throw error;
          if (unanswered >= UNANSWERED_AT_MOST) throw error;
          if (!(await untilBack(error))) return undefined;
          await sleep(wait);
        }
      }
    },
  };
};
