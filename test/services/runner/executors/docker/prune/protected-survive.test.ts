import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SystemPrune } from "../../../../../../services/runner/executors/docker/prune/payload.ts";
import { planSystem } from "../../../../../../services/runner/executors/docker/prune/plan-system.ts";
import type { Judged } from "../../../../../../services/runner/executors/docker/prune/verdict.ts";
import { idOf, imageId } from "./a-survey.ts";
import { type Kept, payloads, surveyOf, volumeName, type World, worlds } from "./a-world.ts";

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
