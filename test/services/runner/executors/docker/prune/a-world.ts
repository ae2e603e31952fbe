import fc from "fast-check";
import type { SystemPrune } from "../../../../../../services/runner/executors/docker/prune/payload.ts";
import type { Survey } from "../../../../../../services/runner/executors/docker/prune/seen.ts";
import { cacheRecord, container, hoursAgo, image, network, survey, volume } from "./a-survey.ts";

/** A small world: every thing by its number, so that the model below can say what it is without the planner's help. */
interface Labelled {
  readonly label: "none" | "keepA" | "keepB" | "protect" | "ours";
}
export interface Kept extends Labelled {
  readonly age: number;
}
interface WorldContainer extends Kept {
  readonly state: "running" | "paused" | "restarting" | "created" | "exited" | "dead";
  readonly ended: number;
  readonly image: number;
  readonly volumes: readonly number[];
  readonly networks: readonly number[];
}
interface WorldVolume extends Kept {
  readonly anonymous: boolean;
  readonly foreign: "no" | "driver" | "options";
  readonly known: boolean;
}
export interface World {
  readonly containers: readonly WorldContainer[];
  readonly images: readonly (Kept & { readonly tags: number; readonly arrived: number })[];
  readonly volumes: readonly WorldVolume[];
  readonly networks: readonly (Kept & { readonly scope: string })[];
  readonly cache: readonly { readonly age: number; readonly parent: number; readonly busy: boolean }[];
}

const COUNT = 5;
const label = fc.constantFrom("none", "none", "keepA", "keepB", "protect", "ours");
const age = fc.constantFrom(0, 0.5, 5, 100, 5_000);
const place = fc.nat(COUNT - 1);
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: COUNT });

export const worlds = fc.record({
  containers: fc.array(
    fc.record({
      label,
      age,
      ended: age,
      state: fc.constantFrom("running", "paused", "restarting", "created", "exited", "exited", "dead"),
      image: place,
      volumes: fc.array(place, { maxLength: 2 }),
      networks: fc.array(place, { maxLength: 2 }),
    }),
    { maxLength: COUNT },
  ),
  images: some(fc.record({ label, age, arrived: age, tags: fc.nat(2) })),
  volumes: some(
    fc.record({
      label,
      age,
      anonymous: fc.boolean(),
      foreign: fc.constantFrom("no", "no", "driver", "options"),
      known: fc.boolean(),
    }),
  ),
  networks: some(fc.record({ label, age, scope: fc.constantFrom("local", "local", "swarm") })),
  cache: some(fc.record({ age, parent: fc.integer({ min: -1, max: COUNT - 1 }), busy: fc.boolean() })),
}) as fc.Arbitrary<World>;

const older = fc.option(fc.record({ created: fc.constantFrom("1s", "3h", "10d") }), { nil: undefined });
const budget = fc.option(fc.constantFrom(0, 150, 100_000), { nil: undefined });
const on = fc.constantFrom(true, true, false);
/** Rules in every combination. */
export const payloads = fc.record({
  grace: fc.constantFrom("0s", "1h", "3d"),
  protect: fc.option(
    fc.record({ labels: fc.subarray(["keepA", "keepB=yes"]), names: fc.subarray(["*-1", "t?:*"]) }),
    {
      nil: undefined,
    },
  ),
  containers: fc.record({ on, olderThan: older, neverStarted: fc.boolean(), keepUnder: budget }),
  networks: fc.record({ on, olderThan: older }),
  images: fc.record({
    on,
    which: fc.constantFrom("dangling", "unused"),
    keepLast: fc.nat(2),
    keep: fc.subarray(["t0:*", "*:1"]),
    olderThan: older,
    keepUnder: budget,
  }),
  buildCache: fc.record({ on, olderThan: older, keepUnder: budget }),
  volumes: fc.record({
    on,
    which: fc.constantFrom("anonymous", "all"),
    names: fc.subarray(["volume-0", "volume-3"]),
  }),
}) as unknown as fc.Arbitrary<SystemPrune>;

const LABELS: Record<Labelled["label"], Record<string, string>> = {
  none: {},
  keepA: { keepA: "" },
  keepB: { keepB: "yes" },
  protect: { "longshore.protect": "true" },
  ours: { "com.docker.compose.project": "ours" },
};

const anonymousName = (index: number): string => `${index}`.repeat(64);
export const volumeName = ({ anonymous }: WorldVolume, index: number): string =>
  anonymous ? anonymousName(index) : `volume-${index}`;

/** The same world as planners see it. */
export const surveyOf = (world: World): Survey => {
  const names = world.volumes.map(volumeName);
  return survey({
    own: { ids: new Set(), project: "ours" },
    layersBytes: 100 * world.images.length,
    containers: world.containers.map((one, index) =>
      container(`container-${index}`, {
        state: one.state,
        labels: LABELS[one.label],
        createdAt: hoursAgo(one.age),
        endedAt: one.state === "exited" ? hoursAgo(one.ended) : null,
        image: `image-${one.image}`,
        volumes: one.volumes.flatMap((at) => names[at] ?? []),
        networks: one.networks.map((at) => `network-${at}`),
      }),
    ),
    images: world.images.map((one, index) =>
      image(`image-${index}`, {
        labels: LABELS[one.label],
        createdAt: hoursAgo(one.age),
        arrivedAt: hoursAgo(one.arrived),
        tags: Array.from({ length: one.tags }, (_, tag) => `t${tag}:${index}`),
      }),
    ),
    volumes: world.volumes.map((one, index) => {
      const name = volumeName(one, index);
      const users = world.containers.filter(({ volumes }) => volumes.includes(index)).length;
      return volume(name, {
        anonymous: one.anonymous,
        labels: LABELS[one.label],
        createdAt: hoursAgo(one.age),
        driver: one.foreign === "driver" ? "nfs" : "local",
        hasOptions: one.foreign === "options",
        users: one.known ? users : null,
      });
    }),
    networks: world.networks.map((one, index) =>
      network(`network-${index}`, {
        labels: LABELS[one.label],
        createdAt: hoursAgo(one.age),
        scope: one.scope,
      }),
    ),
    cache: world.cache.map((one, index) =>
      cacheRecord(`record-${index}`, {
        InUse: one.busy,
        LastUsedAt: new Date(hoursAgo(one.age)).toISOString(),
        ...(one.parent >= 0 && one.parent < index ? { Parent: `record-${one.parent}` } : {}),
      }),
    ),
  });
};
