import { createContext, Script } from "node:vm";

const place = createContext(Object.assign(Object.create(null) as object, { work: undefined as unknown })) as {
  work: unknown;
};
const script = new Script("work()");

/** Thrown when work took longer than it may. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

const isTimeout = (error: unknown): boolean =>
  (error as { code?: unknown } | null)?.code === "ERR_SCRIPT_EXECUTION_TIMEOUT";

/**
 * Does synchronous work in this very thread and stops it where it is after `ms`: a regular expression in the midst of its
 * search as well, which nothing else can. What the work has changed by then stays changed. Some 50 µs dearer than a call.
 * Throws OutOfTime, and what the work throws.
 */
export const withinTime = <T>(ms: number, work: () => T): T => {
  place.work = work;
  try {
    return script.runInContext(place, { timeout: ms }) as T;
  } catch (error) {
    throw isTimeout(error) ? new OutOfTime(`It took longer than ${ms} ms.`) : error;
  } finally {
    place.work = undefined;
  }
};
