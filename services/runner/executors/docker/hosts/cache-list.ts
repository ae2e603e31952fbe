import { within } from "../engine/within.ts";
import type { Engine } from "../engine/engine.ts";
import { type CacheRecord, listBuildCache } from "../engine/listings.ts";

/** Whoever looks at a list waits no longer. */
const PATIENCE_MS = 6_000;
/** Older engines reckon all disk use for it, which may take minutes; that goes on, for the next who asks. */
const REMEMBERED_MS = 600_000;

/** The build cache as it is, or where the engine takes too long to tell as it was minutes ago. Throws TimeoutError. */
export const createCacheList = (
  engine: Engine,
): ((signal: AbortSignal) => Promise<readonly CacheRecord[]>) => {
  let asking: Promise<readonly CacheRecord[]> | undefined;
  let known: { readonly at: number; readonly records: readonly CacheRecord[] } | undefined;

  const ask = async (): Promise<readonly CacheRecord[]> => {
    const { apiVersion } = await engine.about(AbortSignal.timeout(PATIENCE_MS));
    const records = await listBuildCache(engine, apiVersion);
    known = { at: performance.now(), records };
    return records;
  };

  return async (signal) => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    const asked = asking;
    // It may end when nobody waits for it any more.
    asked.catch(() => undefined);
    try {
      return await within({ signal, limitMs: PATIENCE_MS }, () => asked);
    } catch (error) {
      const isRecent = known !== undefined && performance.now() - known.at < REMEMBERED_MS;
      if (known && isRecent && (error as Error).name === "TimeoutError") return known.records;
      throw error;
    }
  };
};
