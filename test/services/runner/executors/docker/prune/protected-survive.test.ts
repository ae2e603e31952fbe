import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SystemPrune } from "../../../../../../services/runner/executors/docker/prune/payload.ts";
import { planSystem } from "../../../../../../services/runner/executors/docker/prune/plan-system.ts";
import type { Judged } from "../../../../../../services/runner/executors/docker/prune/verdict.ts";
import {
  cacheRecord,
  container,
  hoursAgo,
  idOf,
  image,
  imageId,
  network,
  survey,
  volume,
} from "./a-survey.ts";

/** A small world: every thing by its number, so that the model below can say what it is without the planner's help. */
interface Labelled {
  readonly label: "none" | "keepA" | "keepB" | "protect" | "ours";
}
interface Kept extends Labelled {
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
interface World {
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

const worlds = fc.record({
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
const payloads = fc.record({
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
const volumeName = ({ anonymous }: WorldVolume, index: number): string =>
  anonymous ? anonymousName(index) : `volume-${index}`;

const surveyOf = (world: World) => {
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

const GRACE_H: Record<string, number> = { "0s": 0, "1h": 1, "3d": 72 };

/** Why a thing must never go, by a look at the world alone; undefined when the rules may let it go. */
const untouchable = (
  payload: SystemPrune,
  { label: own, age: hours }: Kept,
  name: string,
): string | undefined => {
  if (own === "protect" || own === "ours") return own;
  if (own !== "none" && payload.protect?.labels?.some((wanted) => wanted.startsWith(own))) return own;
  if (payload.protect?.names?.includes("*-1") === true && name.endsWith("-1")) return "name";
  return hours < (GRACE_H[payload.grace ?? "1h"] ?? 1) ? "grace" : undefined;
};

const goingOf = (judged: readonly Judged[]): Set<string> =>
  new Set(
    judged.filter(({ verdict }) => verdict.does === "act").map(({ thing }) => `${thing.kind} ${thing.id}`),
  );

const runs = { numRuns: 500 };

describe("whatever the rules", () => {
  const check = (look: (world: World, payload: SystemPrune, going: ReadonlySet<string>) => void): void =>
    fc.assert(
      fc.property(worlds, payloads, (world, payload) =>
        look(world, payload, goingOf(planSystem(surveyOf(world), payload))),
      ),
      runs,
    );
  const stays = (world: World, going: ReadonlySet<string>) =>
    world.containers.filter((_, index) => !going.has(`container ${idOf(`container-${index}`)}`));

  it("no container goes that is up, guarded, or too fresh", () => {
    check((world, payload, going) => {
      for (const [index, one] of world.containers.entries()) {
        if (!going.has(`container ${idOf(`container-${index}`)}`)) continue;
        expect(["exited", "dead", "created"]).toContain(one.state);
        expect(untouchable(payload, one, `container-${index}`)).toBeUndefined();
        if (one.state === "exited")
          expect(one.ended).toBeGreaterThanOrEqual(GRACE_H[payload.grace ?? "1h"] ?? 1);
        if (one.state === "created") expect(payload.containers?.neverStarted).toBe(true);
      }
    });
  });

  it("no image goes that a container has which stays, or that is guarded, kept or too fresh", () => {
    check((world, payload, going) => {
      for (const [index, one] of world.images.entries()) {
        if (!going.has(`image ${imageId(`image-${index}`)}`)) continue;
        expect(stays(world, going).map((user) => user.image)).not.toContain(index);
        expect(untouchable(payload, { ...one, age: Math.min(one.age, one.arrived) }, "")).toBeUndefined();
        if (one.tags > 0) expect(payload.images?.which).toBe("unused");
        if (one.tags > 0) expect(payload.images?.keep).not.toContain("t0:*");
      }
    });
  });

  it("the newest of each repository stay", () => {
    check((world, payload, going) => {
      for (const repository of [0, 1]) {
        const members = world.images
          .map((one, index) => ({ one, index }))
          .filter(({ one }) => one.tags > repository)
          .toSorted((a, b) => Math.min(a.one.age, a.one.arrived) - Math.min(b.one.age, b.one.arrived));
        const left = members.filter(({ index }) => !going.has(`image ${imageId(`image-${index}`)}`));
        const { keepLast = 0 } = payload.images ?? {};
        expect(left.length).toBeGreaterThanOrEqual(Math.min(keepLast, members.length));
      }
    });
  });

  it("no volume goes that is used, unknown, foreign, guarded or too fresh, and no named one unless all were asked for or it by name", () => {
    check((world, payload, going) => {
      const judged = planSystem(surveyOf(world), payload);
      for (const [index, one] of world.volumes.entries()) {
        const name = volumeName(one, index);
        if (!going.has(`volume ${name}`)) continue;
        expect(stays(world, going).flatMap((user) => user.volumes)).not.toContain(index);
        expect(one).toMatchObject({ foreign: "no", known: true });
        expect(untouchable(payload, one, one.anonymous ? "" : name)).toBeUndefined();
        if (one.anonymous) continue;
        const isNamed = payload.volumes?.names?.includes(name) === true;
        expect(isNamed || payload.volumes?.which === "all").toBe(true);
        const verdict = judged.find(({ thing }) => thing.id === name)?.verdict;
        expect(verdict?.ask === undefined).toBe(isNamed);
      }
    });
  });

  it("no network goes that a container has which stays, or that is a swarm's, guarded or too fresh", () => {
    check((world, payload, going) => {
      for (const [index, one] of world.networks.entries()) {
        if (!going.has(`network ${idOf(`network-${index}`)}`)) continue;
        expect(stays(world, going).flatMap((user) => user.networks)).not.toContain(index);
        expect(one.scope).toBe("local");
        expect(untouchable(payload, one, `network-${index}`)).toBeUndefined();
      }
    });
  });

  it("no record of the build cache goes that is in use or that a staying one builds on", () => {
    check((world, _, going) => {
      const goes = (index: number): boolean => going.has(`build-cache record-${index}`);
      for (const [index, one] of world.cache.entries()) {
        if (goes(index)) expect(one.busy).toBe(false);
        else if (one.parent >= 0 && one.parent < index) expect(goes(one.parent)).toBe(false);
      }
    });
  });

  it("every thing of a part that is on gets one verdict with a reason, and what is off gets none", () => {
    fc.assert(
      fc.property(worlds, payloads, (world, payload) => {
        const judged = planSystem(surveyOf(world), payload);
        const counts = new Map<string, number>();
        for (const { thing, verdict } of judged) {
          expect(verdict.why).toMatch(/^[A-Z].*\.$/);
          counts.set(thing.kind, (counts.get(thing.kind) ?? 0) + 1);
        }
        const expected = (list: readonly unknown[], part: { on?: boolean } | undefined): number =>
          part?.on === false ? 0 : list.length;
        expect(counts.get("container") ?? 0).toBe(expected(world.containers, payload.containers));
        expect(counts.get("image") ?? 0).toBe(expected(world.images, payload.images));
        expect(counts.get("volume") ?? 0).toBe(expected(world.volumes, payload.volumes));
        expect(counts.get("network") ?? 0).toBe(expected(world.networks, payload.networks));
        expect(counts.get("build-cache") ?? 0).toBe(expected(world.cache, payload.buildCache));
      }),
      { numRuns: 300 },
    );
  });
});
