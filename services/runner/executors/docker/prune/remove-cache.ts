import type { Engine } from "../engine/engine.ts";
import type { CacheRecord } from "../engine/listings.ts";
import { safe } from "../engine/names.ts";
import { skippedFor } from "../bulk/settled.ts";
import { measure } from "./measure.ts";
import { parentsOf } from "./plan-cache.ts";
import type { Way } from "./removal.ts";
import { cacheLooks } from "./sightings.ts";

const RECORD_ID = /^[a-z0-9]{10,64}$/;
const REMOVE_MS = 1_800_000;
/** There is no call for a single record, and listing them makes the engine measure everything: not for each. */
const FRESH_MS = 15_000;
/** The builder lets go of a record a moment after the last one that builds on it has gone. */
const TRIES = 3;

type Pruned = { readonly CachesDeleted: readonly string[] | null; readonly SpaceReclaimed?: number } | null;

/** Removes records of the build cache one by one, each by its id, and only those nothing builds on. */
export const cacheWay = (engine: Engine, apiVersion: string): Way => {
  let records = new Map<string, CacheRecord>();
  let readAt = Number.NEGATIVE_INFINITY;
  const read = async (signal: AbortSignal): Promise<ReadonlyMap<string, CacheRecord>> => {
    const { buildCache } = await measure(engine, { kinds: new Set(["build-cache"]), apiVersion }, signal);
    records = new Map(buildCache.map((record) => [record.ID, record]));
    readAt = performance.now();
    return records;
  };
  const prune = (id: string, signal: AbortSignal): Promise<Pruned> =>
    engine.request<Pruned>(
      {
        method: "POST",
        path: "/build/prune",
        query: { all: true, filters: { id: [safe(RECORD_ID, id)] } },
      },
      { limitMs: REMOVE_MS, signal },
    );
  return {
    look: async ({ id }, signal) => {
      const known = performance.now() - readAt > FRESH_MS ? await read(signal) : records;
      const record = known.get(id);
      return record ? { looks: cacheLooks(record), inUse: record.InUse ? "A build uses it." : null } : null;
    },
    remove: async ({ id }, signal) => {
      for (let tries = 1; ; tries += 1) {
        // Should the answer get lost, what was read before is no longer so.
        const before = readAt;
        readAt = Number.NEGATIVE_INFINITY;
        const pruned = await prune(id, signal);
        if (pruned?.CachesDeleted?.includes(id) === true) {
          records.delete(id);
          readAt = before;
          return { outcome: "done", freed: pruned.SpaceReclaimed ?? 0, answer: "200 deleted 1" };
        }
        const now = await read(signal);
        if (!now.has(id)) return { outcome: "unchanged", code: "gone", message: "It was gone already." };
        const child = [...now.values()].find((record) => parentsOf(record).includes(id));
        if (child)
          return { ...skippedFor("in-use", `The record ${child.ID} builds on it.`), answer: "200 deleted 0" };
        if (tries >= TRIES)
          return { ...skippedFor("in-use", "The builder still needs it."), answer: "200 deleted 0" };
      }
    },
  };
};
