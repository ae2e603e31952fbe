import { describe, expect, it } from "vitest";
import {
  type ImageRules,
  planImages,
} from "../../../../../../services/runner/executors/docker/prune/plan-images.ts";
import type { SeenImage, Survey } from "../../../../../../services/runner/executors/docker/prune/seen.ts";
import { usersAmong } from "../../../../../../services/runner/executors/docker/prune/users.ts";
import { container, going, hoursAgo, image, imageId, rules, rulesBy, survey } from "./a-survey.ts";

const unused: ImageRules = { which: "unused" };
const plan = (images: readonly SeenImage[], wanted: ImageRules, more: Partial<Survey> = {}) => {
  const seen = survey({ images, ...more });
  return planImages(seen, rules(), { wanted, users: usersAmong(seen.containers) });
};
const web = (tag: string, age: number): SeenImage =>
  image(tag, { tags: [`team/web:${tag}`], createdAt: hoursAgo(age) });

describe("which images go", () => {
  it("is those without a tag, unless all unused are asked for", () => {
    const images = [
      image("dangling"),
      image("tagged", { tags: ["a:1"] }),
      image("pulled", { digests: ["a@sha256:1"] }),
    ];
    expect(Object.values(rulesBy(plan(images, {})))).toEqual(["act:dangling", "tagged", "act:dangling"]);
    expect(going(plan(images, unused))).toHaveLength(3);
  });

  it("is never one that any container has, by whatever name and in whatever state", () => {
    const images = [image("used", { tags: ["a:1", "a:2", "b:1"] }), image("free", { tags: ["c:1"] })];
    const judged = plan(images, unused, {
      containers: [container("c", { state: "created", image: "used" })],
    });
    expect(rulesBy(judged)).toEqual({ "a:1": "in-use", "c:1": "act:unused" });
    expect(judged[0]?.verdict.why).toBe("Used by c.");
    expect(judged[0]?.thing.usedBy).toEqual(["c"]);
  });

  it("spares what came just now, although it was built in 1970", () => {
    const images = [image("old build", { tags: ["a:1"], createdAt: 0, arrivedAt: hoursAgo(0.2) })];
    expect(rulesBy(plan(images, unused))).toEqual({ "a:1": "grace" });
  });

  it("keeps the newest of each repository, whether they are in use or not", () => {
    const images = [web("1", 400), web("2", 300), web("3", 200), image("x", { tags: ["other/web:1"] })];
    const judged = plan(images, { ...unused, keepLast: 2 }, { containers: [container("c", { image: "3" })] });
    expect(rulesBy(judged)).toEqual({
      "team/web:1": "act:unused",
      "team/web:2": "keep-last",
      "team/web:3": "in-use",
      "other/web:1": "keep-last",
    });
  });

  it("keeps an image that is among the newest under any of its names", () => {
    const images = [
      web("1", 400),
      web("2", 300),
      image("both", { tags: ["team/web:0", "a:1"], createdAt: hoursAgo(500) }),
    ];
    expect(going(plan(images, { ...unused, keepLast: 1 }))).toEqual(["team/web:1"]);
  });

  it.each([
    ["stable-*", ["host:5000/team/web:stable-2"]],
    ["host:5000/team/web:*", ["host:5000/team/web:stable-2", "host:5000/team/web:edge"]],
    ["web", ["host:5000/team/web:stable-2", "host:5000/team/web:edge"]],
    ["team", []],
  ])("keeps the tags that %s names", (pattern, names) => {
    const images = ["stable-2", "edge"].map((tag) => image(tag, { tags: [`host:5000/team/web:${tag}`] }));
    const judged = plan(images, { ...unused, keep: [pattern] });
    expect(judged.filter(({ verdict }) => verdict.rule === "keep").map(({ thing }) => thing.name)).toEqual(
      names,
    );
  });

  it("keeps what a kept image was built on, by the engine's word or by the layers", () => {
    const images = [
      image("child", { tags: ["child:1"], parent: imageId("between"), layers: ["a", "b", "c"] }),
      image("between", { parent: imageId("base"), layers: ["a", "b"] }),
      image("base", { tags: ["base:1"], layers: ["a"] }),
      image("kit-child", { tags: ["kit-child:1"], layers: ["x", "y"] }),
      image("kit-base", { tags: ["kit-base:1"], layers: ["x"] }),
      image("rebuilt", { layers: ["x"] }),
      image("alone", { tags: ["alone:1"], layers: ["x", "z"] }),
    ];
    const containers = [container("c", { image: "child" }), container("d", { image: "kit-child" })];
    const judged = plan(images, unused, { containers });
    expect(rulesBy(judged)).toMatchObject({
      "base:1": "base-image",
      "kit-base:1": "base-image",
      "alone:1": "act:unused",
    });
    expect(judged.find(({ thing }) => thing.id === imageId("rebuilt"))?.verdict.does).toBe("act");
    expect(
      judged.some(({ thing }) => thing.id === imageId("between")),
      "it goes with its child",
    ).toBe(false);
  });

  it("is children first, each generation a stage", () => {
    const images = [
      image("base", { tags: ["a-base:1"] }),
      image("child", { tags: ["b-child:1"], parent: imageId("base") }),
      image("grandchild", { tags: ["c-grandchild:1"], parent: imageId("child") }),
    ];
    const stages = plan(images, unused).map(({ thing }) => [thing.name, thing.stage]);
    expect(stages).toEqual([
      ["a-base:1", 2],
      ["b-child:1", 1],
      ["c-grandchild:1", 0],
    ]);
  });

  it("is what was used longest ago until the rest is small enough, and nothing when it is already", () => {
    const uses = {
      observedSince: new Date(hoursAgo(2_000)).toISOString(),
      gaps: [],
      volumes: new Map(),
      images: new Map([1, 2, 3].map((n) => [imageId(String(n)), new Date(hoursAgo(n * 100)).toISOString()])),
    };
    const images = [web("1", 900), web("2", 900), web("3", 900)];
    const keeping = (keepUnder: number) =>
      going(plan(images, { ...unused, keepUnder }, { uses, layersBytes: 300 }));
    expect(keeping(300)).toEqual([]);
    expect(keeping(250)).toEqual(["team/web:3"]);
    expect(keeping(150)).toEqual(["team/web:2", "team/web:3"]);
    expect(keeping(0)).toHaveLength(3);
  });

  describe("by their last use", () => {
    const images = [image("seen", { tags: ["seen:1"] }), image("unseen", { tags: ["unseen:1"] })];
    const month: ImageRules = { which: "unused", olderThan: { lastUsed: "30d" } };
    const uses = (watched: number, seen: number) => ({
      observedSince: new Date(hoursAgo(watched)).toISOString(),
      gaps: [],
      volumes: new Map(),
      images: new Map([[imageId("seen"), new Date(hoursAgo(seen)).toISOString()]]),
    });
    it("is none while nobody has watched", () => {
      expect(rulesBy(plan(images, month))).toEqual({
        "seen:1": "never-observed",
        "unseen:1": "never-observed",
      });
    });
    it("is none that may have been used before the watching began, which is less than that ago", () => {
      expect(rulesBy(plan(images, month, { uses: uses(24 * 20, 24 * 10) }))).toEqual({
        "seen:1": "too-young",
        "unseen:1": "never-observed",
      });
    });
    it("is those unused for that long, and of what was never seen in use it says since when", () => {
      const judged = plan(images, month, { uses: uses(24 * 40, 24 * 31) });
      expect(going(judged)).toEqual(["seen:1", "unseen:1"]);
      expect(judged.map(({ verdict }) => verdict.note)).toEqual([
        undefined,
        "Not seen in use; observed since 2026-10-11.",
      ]);
    });
  });
});
