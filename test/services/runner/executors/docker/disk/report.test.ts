import { describe, expect, it } from "vitest";
import type { HostList } from "#schema/host-api.ts";
import { diskReport } from "../../../../../../services/runner/executors/docker/disk/report.ts";
import {
  type DiskAnswer,
  readDiskAnswer,
} from "../../../../../../services/runner/executors/docker/engine/listings.ts";

const container = (Id: string, more: object) => ({ Id, Names: [`/${Id}`], ImageID: "sha256:none", ...more });
const image = (Id: string, Size: number, SharedSize: number, RepoTags: string[] | null = [`${Id}:1`]) => ({
  Id: `sha256:${Id}`,
  RepoTags,
  Size,
  SharedSize,
  Containers: -1,
});
const volume = (Name: string, Size: number) => ({ Name, UsageData: { Size, RefCount: -1 } });
const record = (ID: string, Size: number, more: object = {}) => ({ ID, Size, Type: "regular", ...more });

const containers = [
  container("web", {
    State: "running",
    SizeRw: 100,
    ImageID: "sha256:used",
    Mounts: [{ Type: "volume", Name: "data" }],
  }),
  container("old", {
    State: "exited",
    SizeRw: 30,
    NetworkSettings: { Networks: { n: { NetworkID: "net1" } } },
  }),
  container("new", { State: "created" }),
];
const images = [image("used", 1_000, 400), image("free", 900, 400), image("dangling", 50, -1, null)];
const volumes = [volume("data", 5_000), volume("left", 70), volume("unknown", -1)];
const cache = [record("a", 11, { InUse: true }), record("b", 12), record("c", 900, { Shared: true })];
const old = {
  LayersSize: 1_550,
  Containers: containers,
  Images: images,
  Volumes: volumes,
  BuildCache: cache,
} as unknown as DiskAnswer;
const items = (Items: unknown): object => ({ TotalCount: 1, Items });
const recent = {
  ImageUsage: { TotalSize: 1_550, Items: images },
  ContainerUsage: items(containers),
  VolumeUsage: items(volumes),
  BuildCacheUsage: items(cache),
} as unknown as DiskAnswer;
const networks = [
  { Id: "net1", Name: "one" },
  { Id: "net2", Name: "two" },
] as never[];
const report = (answer: DiskAnswer | null) =>
  diskReport({ host: "local", engine: "E", at: "now", use: readDiskAnswer(answer), networks });

describe("a disk report", () => {
  it("says of each kind what it takes, what is in use and what could be freed for certain", () => {
    const kinds = new Map(report(old).kinds.map((kind) => [kind.kind, kind]));
    const of = (kind: HostList) => kinds.get(kind);
    expect(of("containers")).toMatchObject({ count: 3, inUse: 1, bytes: 130, reclaimable: 30 });
    expect(of("images")).toMatchObject({ count: 3, inUse: 1, bytes: 1_550, reclaimable: 500 });
    expect(of("volumes")).toMatchObject({ count: 3, inUse: 1, bytes: 5_070, reclaimable: 70 });
    expect(of("build-cache")).toMatchObject({ count: 3, inUse: 1, bytes: 23, reclaimable: 12 });
    expect(of("networks")).toMatchObject({ count: 2, inUse: 1, bytes: 0, reclaimable: 0 });
  });

  it("reads what newer engines answer to the same report", () => {
    expect(report(recent)).toEqual(report(old));
  });

  it("names the biggest first, and no more than twenty", () => {
    expect(report(old).biggest.slice(0, 3)).toEqual([
      { kind: "volumes", id: "data", name: "data", bytes: 5_000, inUse: true },
      { kind: "images", id: "sha256:used", name: "used:1", bytes: 1_000, inUse: true },
      { kind: "images", id: "sha256:free", name: "free:1", bytes: 900, inUse: false },
    ]);
    const many = Array.from({ length: 50 }, (_, index) => volume(`v${index}`, index));
    const { biggest } = report({ Volumes: many } as unknown as DiskAnswer);
    expect(biggest.map(({ bytes }) => bytes)).toEqual(Array.from({ length: 20 }, (_, index) => 49 - index));
  });

  it("takes lists that are null for empty ones", () => {
    const nothing = { Containers: null, Images: null, Volumes: null, BuildCache: null };
    for (const answer of [null, nothing, { ImageUsage: null }])
      expect(report(answer).kinds.filter(({ kind }) => kind !== "networks")).toMatchObject(
        Array.from({ length: 4 }, () => ({ count: 0, bytes: 0, reclaimable: 0 })),
      );
  });
});
