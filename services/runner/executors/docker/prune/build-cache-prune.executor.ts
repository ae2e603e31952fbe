import { BuildCachePrune } from "./payload.ts";
import { planCache } from "./plan-cache.ts";
import { definePrune } from "./prune.ts";
import { rulesOf } from "./rules.ts";

export const executor = definePrune({
  type: "docker.build-cache.prune",
  title: "Prune the build cache",
  description: "Removes records of the build cache by age or down to a size, one by one.",
  naming: "Prune the build cache[ on {host}]",
  payload: BuildCachePrune,
  example: { olderThan: { lastUsed: "14d" } },
  kind: "build-cache",
  things: "records",
  kinds: () => new Set(["build-cache"]),
  judge: (survey, payload) => planCache(survey, rulesOf(payload), payload),
});
