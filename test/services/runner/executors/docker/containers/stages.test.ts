import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDatabase } from "../../../../../../services/runner/executors/docker/containers/databases.ts";
import { stagesOf } from "../../../../../../services/runner/executors/docker/containers/stages.ts";
import type { Listed, Verb } from "../../../../../../services/runner/executors/docker/engine/engine.ts";
import { listedAs } from "./listed-as.ts";

const service = (name: string, needs: readonly string[] = [], image = "app"): Listed =>
  listedAs(name, {
    image,
    labels: {
      "com.docker.compose.project": "shop",
      "com.docker.compose.service": name.replace(/-\d+$/, ""),
      "com.docker.compose.depends_on": needs.map((need) => `${need}:service_started:false`).join(","),
    },
  });
const named = (
  verb: Verb,
  chosen: readonly Listed[],
  listed = chosen,
): Record<string, number | undefined> => {
  const stages = stagesOf(verb, chosen, listed);
  return Object.fromEntries(chosen.map(({ Id, Names }) => [Names[0]?.slice(1), stages.get(Id)]));
};

const shop = [
  service("db", [], "postgres:17"),
  service("cache"),
  service("api", ["db", "cache"]),
  service("web-1", ["api"]),
  service("web-2", ["api"]),
];

describe("the order of what depends on each other", () => {
  it.each<Verb>(["stop", "restart", "kill", "remove", "pause"])(
    "takes dependants down first and databases last: %s",
    (verb) => {
      expect(named(verb, shop)).toEqual({ "web-1": 0, "web-2": 0, api: 1, cache: 2, db: 3 });
    },
  );

  it.each<Verb>(["start", "unpause"])("brings up what is needed first, databases before all: %s", (verb) => {
    expect(named(verb, shop)).toEqual({ db: 0, cache: 1, api: 2, "web-1": 3, "web-2": 3 });
  });

  it("keeps two in order that are tied only by one that was not chosen, and leaves no empty stage for it", () => {
    const [, cache, , web] = shop;
    expect(named("stop", [cache!, web!], shop)).toEqual({ "web-1": 0, cache: 1 });
  });

  it("does not hang on circles: they share a stage, and the rest keeps its order", () => {
    const circle = [
      service("a", ["b"]),
      service("b", ["c"]),
      service("c", ["a", "d"]),
      service("d"),
      service("e", ["a"]),
    ];
    expect(named("stop", circle)).toEqual({ e: 0, a: 1, b: 1, c: 1, d: 2 });
    expect(named("stop", [service("self", ["self"])])).toEqual({ self: 0 });
  });

  it("ignores needs nobody fulfils, and services of the same name in other projects", () => {
    const other = listedAs("other-db", {
      labels: { "com.docker.compose.project": "other", "com.docker.compose.service": "cache" },
    });
    expect(named("stop", [service("web", ["nobody", "cache"]), other])).toEqual({ web: 0, "other-db": 0 });
  });

  it("keeps a thousand unrelated containers in one stage", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => listedAs(`c${index}`));
    expect(new Set(stagesOf("stop", many, many).values())).toEqual(new Set([0]));
  });

  it("bears a chain as long as a plan", () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => service(`s${index}x`, [`s${index + 1}x`]));
    const stages = stagesOf("stop", chain, chain);
    expect(stages.get(chain.at(-1)!.Id)).toBe(9_999);
  });
});

/** Random services that depend on random others, a random part of them chosen. */
const arbitraryWorld = fc
  .array(
    fc.record({
      needs: fc.array(fc.nat(11), { maxLength: 4 }),
      isDatabase: fc.boolean(),
      isChosen: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((specs) => {
    const listed = specs.map(({ needs, isDatabase: isData }, index) =>
      service(
        `s${index}x`,
        needs.filter((need) => need < specs.length).map((need) => `s${need}x`),
        isData ? "mariadb:11" : "app",
      ),
    );
    return { specs, listed, chosen: listed.filter((_, index) => specs[index]?.isChosen) };
  });

/** All that one needs, by however many steps. */
const needsOf = (specs: readonly { needs: readonly number[] }[], from: number): Set<number> => {
  const found = new Set<number>(specs[from]?.needs.filter((need) => need < specs.length));
  for (const one of found)
    for (const need of specs[one]?.needs ?? []) if (need < specs.length) found.add(need);
  return found;
};

describe("in every graph of needs", () => {
  it("each comes before or after what it needs, as the verb asks, unless both need each other; and no stage is empty", () => {
    fc.assert(
      fc.property(
        arbitraryWorld,
        fc.constantFrom<Verb>("stop", "start"),
        ({ specs, listed, chosen }, verb) => {
          const stages = stagesOf(verb, chosen, listed);
          const stageAt = (index: number): number | undefined => stages.get(listed[index]?.Id ?? "");
          const used = new Set(stages.values());
          expect([...used].toSorted((a, b) => a - b)).toEqual([...used].map((_, place) => place));
          const needs = specs.map((_, index) => needsOf(specs, index));
          for (const [index, own] of needs.entries())
            for (const need of own) {
              const [one, other] = [stageAt(index), stageAt(need)];
              if (one === undefined || other === undefined) continue;
              if (needs[need]?.has(index)) expect(one).toBe(other);
              else if (verb === "start") expect(one).toBeGreaterThan(other);
              else expect(one).toBeLessThan(other);
            }
        },
      ),
      { numRuns: 500 },
    );
  });
});

it.each([
  ["postgres:17-alpine", true],
  ["docker.io/bitnami/mongodb@sha256:abc", true],
  ["localhost:5000/mysql", true],
  ["redis", true],
  ["my-redis-exporter:1", false],
  ["sha256:0123", false],
  ["nginx:postgres", false],
])("knows whether %s holds data: %s", (image, expected) => {
  expect(isDatabase(image)).toBe(expected);
});
