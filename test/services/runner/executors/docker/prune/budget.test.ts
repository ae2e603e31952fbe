import { describe, expect, it } from "vitest";
import { planCache } from "../../../../../../services/runner/executors/docker/prune/plan-cache.ts";
import { planImages } from "../../../../../../services/runner/executors/docker/prune/plan-images.ts";
import type { SeenImage } from "../../../../../../services/runner/executors/docker/prune/seen.ts";
import { usersAmong } from "../../../../../../services/runner/executors/docker/prune/users.ts";
import { cacheRecord, container, going, hoursAgo, image, rules, survey } from "./a-survey.ts";

const used = (hours: number): { LastUsedAt: string } => ({
  LastUsedAt: new Date(hoursAgo(hours)).toISOString(),
});

describe("removing down to a size", () => {
  describe("of a build cache whose records build on each other", () => {
    const chain = [
      cacheRecord("base000000", { Size: 100, ...used(900) }),
      cacheRecord("middle0000", { Size: 100, Parents: ["base000000"], ...used(800) }),
      cacheRecord("top0000000", { Size: 100, Parents: ["middle0000"], ...used(700) }),
    ];
    const alone = cacheRecord("alone00000", { Size: 100, ...used(750) });
    const gone = (keepUnder: number): string[] =>
      going(planCache(survey({ cache: [...chain, alone] }), rules(), { keepUnder })).map(
        (name) => name.split(" ")[0] ?? "",
      );

    it("counts what a record builds on as used when it was, and takes the top first", () => {
      expect(gone(400)).toEqual([]);
      expect(gone(300)).toEqual(["alone00000"]);
      expect(gone(200).toSorted()).toEqual(["alone00000", "top0000000"]);
      expect(gone(100).toSorted()).toEqual(["alone00000", "middle0000", "top0000000"]);
      expect(gone(0)).toHaveLength(4);
    });

    it("looks past what a record in use needs", () => {
      const cache = [...chain, alone, cacheRecord("busy000000", { InUse: true, Parents: ["middle0000"] })];
      const names = going(planCache(survey({ cache }), rules(), { keepUnder: 250 }));
      expect(names.map((name) => name.split(" ")[0])).toEqual(["top0000000", "alone00000"]);
    });
  });

  describe("of images that share layers", () => {
    const MB = 1_000_000;
    /** 900 MB in common, and 50 of its own. */
    const sharing = (name: string, hours: number): SeenImage =>
      image(name, {
        tags: [`${name}:1`],
        layers: ["big", `own ${name}`],
        size: 950 * MB,
        bytes: 50 * MB,
        createdAt: hoursAgo(hours),
      });
    const other = image("other", {
      tags: ["other:1"],
      size: 400 * MB,
      bytes: 400 * MB,
      createdAt: hoursAgo(100),
    });
    const gone = (
      images: readonly SeenImage[],
      keepUnder: number,
      containers = [] as ReturnType<typeof container>[],
    ) => {
      const seen = survey({ images, containers, layersBytes: 1_400 * MB });
      const users = usersAmong(seen.containers);
      return going(planImages(seen, rules(), { wanted: { which: "unused", keepUnder }, users })).toSorted();
    };

    it("knows that what they share comes back with the last of them", () => {
      const images = [sharing("a", 900), sharing("b", 800), other];
      expect(gone(images, 1_360 * MB)).toEqual(["a:1"]);
      expect(gone(images, 500 * MB), "the other is small enough").toEqual(["a:1", "b:1"]);
      expect(gone(images, 100 * MB)).toHaveLength(3);
    });

    it("and that it does not as long as one of them stays", () => {
      const images = [sharing("a", 900), sharing("b", 800), other];
      expect(gone(images, 500 * MB, [container("c", { image: "b" })])).toEqual(["a:1", "other:1"]);
    });

    it("takes what was built on another one first, and the other one with it when it must", () => {
      const base = image("base", {
        tags: ["base:1"],
        layers: ["big"],
        size: 900 * MB,
        bytes: 0,
        createdAt: hoursAgo(999),
      });
      const images = [base, sharing("a", 300), other];
      expect(gone(images, 1_350 * MB)).toEqual(["a:1"]);
      expect(gone(images, 500 * MB)).toEqual(["a:1", "base:1"]);
    });
  });
});
