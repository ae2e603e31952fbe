import type { HostInfo, HostList } from "#schema/host-api.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { plural } from "../show/words.ts";

/** The type of task that cleans up a list. */
export const CLEANUP: Record<HostList, string> = {
  containers: "docker.containers.prune",
  images: "docker.images.prune",
  volumes: "docker.volumes.prune",
  networks: "docker.networks.prune",
  "build-cache": "docker.build-cache.prune",
};

/** What is chosen by hand is looked at whatever its sort; without this images with a tag and named volumes would not be. */
const WIDEST: Partial<Record<HostList, Readonly<Record<string, string>>>> = {
  images: { which: "unused" },
  volumes: { which: "all" },
};

interface Chosen {
  readonly list: HostList;
  readonly ids: readonly string[];
  readonly one: string;
  readonly many: string;
}

/** A clean-up of exactly these, whose plan is shown before anything happens. What was made just now was chosen all the same. */
export const cleanupOf = (host: HostInfo, { list, ids, one, many }: Chosen): SubmitBody => ({
  type: CLEANUP[list],
  name: `Clean up ${plural(ids.length, one, many)} on ${host.name}`,
  payload: { host: host.name, ...WIDEST[list], only: { ids: [...ids] }, grace: "0s" },
  approval: true,
});
