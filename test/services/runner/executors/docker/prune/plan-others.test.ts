import { describe, expect, it } from "vitest";
import { planCache } from "../../../../../../services/runner/executors/docker/prune/plan-cache.ts";
import { planNetworks } from "../../../../../../services/runner/executors/docker/prune/plan-networks.ts";
import { planSystem } from "../../../../../../services/runner/executors/docker/prune/plan-system.ts";
import {
  planVolumes,
  type VolumeRules,
} from "../../../../../../services/runner/executors/docker/prune/plan-volumes.ts";
import type { SeenVolume, Survey } from "../../../../../../services/runner/executors/docker/prune/seen.ts";
import { usersAmong } from "../../../../../../services/runner/executors/docker/prune/users.ts";
import {
  cacheRecord,
  container,
  going,
  hoursAgo,
  image,
  network,
  rules,
  rulesBy,
  survey,
  volume,
} from "./a-survey.ts";

const hex = "a".repeat(64);

describe("which volumes go", () => {
  const plan = (volumes: readonly SeenVolume[], wanted: VolumeRules, more: Partial<Survey> = {}) => {
    const seen = survey({ volumes, ...more });
    return planVolumes(seen, rules(), { wanted, users: usersAmong(seen.containers) });
  };
  const volumes = [
    volume(hex, { anonymous: true }),
    volume("data"),
    volume("nfs", { hasOptions: true }),
    volume("remote", { driver: "rexray" }),
    volume("unknown", { users: null, anonymous: true }),
    volume("counted", { users: 1, anonymous: true }),
    volume("mounted", { anonymous: true }),
    volume("fresh", { anonymous: true, createdAt: hoursAgo(0.1) }),
    volume("shop_db", { labels: { "com.docker.compose.project": "shop" } }),
  ];
  const containers = [
    container("user", { state: "created", volumes: ["mounted"] }),
    container("shop-web", { labels: { "com.docker.compose.project": "shop" } }),
  ];

  it("is anonymous ones only, and what is not known to be unused stays", () => {
    expect(rulesBy(plan(volumes, {}, { containers }))).toEqual({
      [hex]: "act:anonymous",
      data: "named",
      nfs: "driver-options",
      remote: "driver",
      unknown: "unknown-use",
      counted: "in-use",
      mounted: "in-use",
      fresh: "grace",
      shop_db: "named",
    });
  });

  it("is named ones only after a yes for each, or by their exact names", () => {
    const judged = plan(volumes, { which: "all", names: ["data", "da*", "mounted"] }, { containers });
    expect(rulesBy(judged)).toMatchObject({ data: "act:named", mounted: "in-use", shop_db: "compose" });
    const [asked] = plan([volume("logs")], { which: "all", names: ["log*"] });
    expect(asked?.verdict).toMatchObject({
      does: "act",
      ask: expect.stringContaining("a yes that names it"),
    });
    const [exact] = plan([volume("logs")], { names: ["logs"] });
    expect(exact?.verdict.ask).toBeUndefined();
  });

  it("is none by its last use where the engine does not tell of uses, however long it was watched", () => {
    const unused = [volume(hex, { anonymous: true })];
    const watched = {
      observedSince: "2026-01-01T00:00:00Z",
      gaps: [],
      images: new Map(),
      volumes: new Map(),
    };
    const told = { olderThan: { lastUsed: "30d" } };
    expect(rulesBy(plan(unused, told, { uses: watched }))).toEqual({ [hex]: "act:anonymous" });
    const untold = { uses: watched, volumeUsesUntold: true };
    expect(rulesBy(plan(unused, told, untold))).toEqual({ [hex]: "never-observed" });
    expect(rulesBy(plan(unused, {}, untold))).toEqual({ [hex]: "act:anonymous" });
  });
});

describe("which networks go", () => {
  it("is none of the engine's own, of a swarm, or of any container, stopped ones too", () => {
    const networks = [
      ...["bridge", "host", "none", "docker_gwbridge"].map((name) => network(name)),
      network("ingress", { ingress: true, scope: "swarm" }),
      network("overlay", { scope: "swarm" }),
      network("settings", { configOnly: true }),
      network("of-stopped"),
      network("of-created"),
      network("fresh", { createdAt: hoursAgo(0.1) }),
      network("shop_default", { labels: { "com.docker.compose.project": "shop" } }),
      network("free"),
    ];
    const containers = [
      container("stopped", { networks: ["of-stopped"] }),
      container("created", { state: "created", networks: ["of-created"] }),
      container("shop-web", { labels: { "com.docker.compose.project": "shop" } }),
    ];
    const seen = survey({ networks, containers });
    const judged = planNetworks(seen, rules(), { wanted: {}, users: usersAmong(containers) });
    expect(going(judged)).toEqual(["free"]);
    expect(rulesBy(judged)).toMatchObject({
      bridge: "predefined",
      ingress: "swarm",
      overlay: "swarm",
      "of-stopped": "in-use",
      "of-created": "in-use",
      fresh: "grace",
      shop_default: "compose",
    });
  });
});

describe("which records of the build cache go", () => {
  const cache = [
    cacheRecord("root"),
    cacheRecord("middle", { Parent: "root" }),
    cacheRecord("leaf", { Parents: ["middle"] }),
    cacheRecord("busy", { Parent: "root-of-busy", InUse: true }),
    cacheRecord("root-of-busy"),
  ];
  it("is leaves first, and nothing that what stays builds on", () => {
    const judged = planCache(survey({ cache }), rules(), {});
    expect(going(judged).map((name) => name.split(" ")[0])).toEqual(["leaf", "middle", "root"]);
    expect(judged.find(({ thing }) => thing.id === "root-of-busy")?.verdict.rule).toBe("needed");
  });
  it("is none that was used too recently, nor what it builds on", () => {
    const fresh = cacheRecord("leaf", {
      Parents: ["middle"],
      LastUsedAt: new Date(hoursAgo(2)).toISOString(),
    });
    const records = [...cache.filter(({ ID }) => ID !== "leaf"), fresh];
    const judged = planCache(survey({ cache: records }), rules(), { olderThan: { lastUsed: "1d" } });
    expect(going(judged)).toEqual([]);
  });
});

describe("a whole host", () => {
  const things = survey({
    containers: [
      container("web-1", { image: "web", volumes: [hex], networks: ["front"] }),
      container("db-1", { state: "running", image: "db", volumes: ["db"], networks: ["back"] }),
    ],
    images: [image("web", { tags: ["web:1"] }), image("db", { tags: ["db:1"] })],
    volumes: [volume(hex, { anonymous: true, users: 1 }), volume("db", { users: 1 })],
    networks: [network("front"), network("back")],
    cache: [cacheRecord("record")],
  });

  it("is cleaned up in stages, and what only leaving containers use goes after them", () => {
    const judged = planSystem(things, { images: { which: "unused" }, volumes: {} });
    const acts = judged.filter(({ verdict }) => verdict.does === "act");
    expect(acts.map(({ thing }) => [thing.kind, thing.name, thing.stage])).toEqual([
      ["container", "web-1", 0],
      ["network", "front", 1_000],
      ["image", "web:1", 2_000],
      ["build-cache", "record (record)", 3_000],
      ["volume", hex, 4_000],
    ]);
    expect(acts[2]?.verdict.why).toBe("No container uses it once web-1 is removed.");
  });

  it("leaves volumes alone unless they are asked for, and any part that is switched off", () => {
    const kinds = (payload: Parameters<typeof planSystem>[1]): string[] => [
      ...new Set(planSystem(things, payload).map(({ thing }) => thing.kind)),
    ];
    expect(kinds({})).toEqual(["container", "network", "image", "build-cache"]);
    expect(kinds({ containers: { on: false }, images: { on: false }, volumes: { on: false } })).toEqual([
      "network",
      "build-cache",
    ]);
  });

  it("counts nothing as leaving when containers stay", () => {
    const judged = planSystem(things, {
      containers: { on: false },
      images: { which: "unused" },
      volumes: {},
    });
    expect(rulesBy(judged)).toMatchObject({ front: "in-use", "web:1": "in-use", [hex]: "in-use" });
  });
});
