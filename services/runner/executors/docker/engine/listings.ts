/** What an engine keeps, listed once and whole. The engine answers an empty list with null, so every list is made one here. */
import type { ImageInfo, NetworkInspectInfo, VolumeInspectInfo } from "dockerode";
import type { Engine, Listed } from "./engine.ts";
import { imageIdOf } from "./podman.ts";

const LIST_MS = 60_000;
/** Sizes are found by walking every volume. */
const DISK_MS = 600_000;

/** A record of the build cache. */
export interface CacheRecord {
  readonly ID: string;
  readonly Type: string;
  readonly Description: string;
  readonly InUse: boolean;
  readonly Shared: boolean;
  readonly Size: number;
  readonly CreatedAt: string;
  readonly LastUsedAt: string | null;
  readonly UsageCount: number;
  readonly Parent?: string;
  readonly Parents?: readonly string[] | null;
}

/** Disk use as the engine reckons it; bytes. */
export interface DiskUse {
  readonly layersSize: number;
  readonly containers: readonly Listed[];
  readonly images: readonly ImageInfo[];
  readonly volumes: readonly VolumeInspectInfo[];
  readonly buildCache: readonly CacheRecord[];
}

interface Usage<T> {
  readonly TotalSize?: number;
  readonly Items?: readonly T[] | null;
}

/** Lists up to API 1.52, sums with their items from 1.52 on; what is empty may be null, or not there at all. */
export interface DiskAnswer {
  readonly LayersSize?: number;
  readonly Containers?: readonly Listed[] | null;
  readonly Images?: readonly ImageInfo[] | null;
  readonly Volumes?: readonly VolumeInspectInfo[] | null;
  readonly BuildCache?: readonly CacheRecord[] | null;
  readonly ImageUsage?: Usage<ImageInfo> | null;
  readonly ContainerUsage?: Usage<Listed> | null;
  readonly VolumeUsage?: Usage<VolumeInspectInfo> | null;
  readonly BuildCacheUsage?: Usage<CacheRecord> | null;
}

/** Either shape as one. */
export const readDiskAnswer = (answer: DiskAnswer | null): DiskUse => {
  const said = answer ?? {};
  const itemsOf = <T>(list: readonly T[] | null | undefined, usage: Usage<T> | null | undefined) =>
    list ?? usage?.Items ?? [];
  return {
    layersSize: said.LayersSize ?? said.ImageUsage?.TotalSize ?? 0,
    containers: itemsOf(said.Containers, said.ContainerUsage),
    images: itemsOf(said.Images, said.ImageUsage),
    volumes: itemsOf(said.Volumes, said.VolumeUsage),
    buildCache: itemsOf(said.BuildCache, said.BuildCacheUsage),
  };
};

/** What an answer about one kind says: of the others it has nulls, empty lists or zeros. */
const saidIn = (answer: DiskAnswer | null): DiskAnswer =>
  Object.fromEntries(
    Object.entries(answer ?? {}).filter(([, value]) =>
      Array.isArray(value) ? value.length > 0 : value !== null && value !== 0,
    ),
  );

const bounded = (limitMs: number, signal: AbortSignal | undefined) =>
  signal ? { limitMs, signal } : { limitMs };

/** Images with a name and those without; not the layers in between. */
export const listImages = async (engine: Engine, signal?: AbortSignal): Promise<readonly ImageInfo[]> =>
  (await engine.request<ImageInfo[] | null>(
    { method: "GET", path: "/images/json" },
    bounded(LIST_MS, signal),
  )) ?? [];

export const listVolumes = async (
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly VolumeInspectInfo[]> => {
  const answer = await engine.request<{ Volumes: VolumeInspectInfo[] | null } | null>(
    { method: "GET", path: "/volumes" },
    bounded(LIST_MS, signal),
  );
  return answer?.Volumes ?? [];
};

export const listNetworks = async (
  engine: Engine,
  signal?: AbortSignal,
): Promise<readonly NetworkInspectInfo[]> =>
  (await engine.request<NetworkInspectInfo[] | null>(
    { method: "GET", path: "/networks" },
    bounded(LIST_MS, signal),
  )) ?? [];

/** Podman's answer knows sizes only: of names, mounts and networks its lists tell. */
const listedOn = async (engine: Engine, signal: AbortSignal | undefined) => {
  const [containers, images] = await Promise.all([engine.list(signal), listImages(engine, signal)]);
  return { containers, images };
};

/** Its sizes, and what is listed. It does not say what all layers take: at least what is here. */
const asDockerReckons = (
  { containers, images, ...use }: DiskUse,
  listed: Pick<DiskUse, "containers" | "images">,
): DiskUse => {
  const written = new Map(containers.map((one) => [one.Id, (one as { SizeRw?: number }).SizeRw]));
  const shared = new Map(images.map(({ Id, SharedSize }) => [imageIdOf(Id), SharedSize]));
  const measured = listed.images.map((one) => ({ ...one, SharedSize: shared.get(one.Id) ?? -1 }));
  const inCommon = measured.map(({ SharedSize }) => Math.max(0, SharedSize));
  const own = measured.reduce((sum, { Size }, index) => sum + Size - (inCommon[index] ?? 0), 0);
  return {
    ...use,
    layersSize: own + Math.max(0, ...inCommon),
    containers: listed.containers.map((one) => ({ ...one, SizeRw: written.get(one.Id) })),
    images: measured,
  };
};

/** From API 1.42 on the engine can reckon some kinds alone. */
const DISK_TYPES = ["container", "image", "volume", "build-cache"] as const;
export type DiskType = (typeof DISK_TYPES)[number];

/** May take minutes on a host with large volumes: never in a request somebody waits for. `types`: only these; all if none. */
export const diskUse = async (
  engine: Engine,
  signal?: AbortSignal,
  types: readonly DiskType[] = [],
): Promise<DiskUse> => {
  const ask = (query: object): Promise<DiskAnswer | null> =>
    engine.request(
      // From 1.52 on the items are left out unless they are asked for; older engines do not look at it.
      { method: "GET", path: "/system/df", query: { verbose: true, ...query } },
      bounded(DISK_MS, signal),
    );
  if ((await engine.product(signal)) === "podman")
    return asDockerReckons(readDiskAnswer(await ask({})), await listedOn(engine, signal));
  if (types.length === 0 || types.length === DISK_TYPES.length) return readDiskAnswer(await ask({}));
  let whole: DiskAnswer = {};
  // One by one: the client library cannot say one name twice in a query.
  for (const type of types) whole = { ...whole, ...saidIn(await ask({ type })) };
  return readDiskAnswer(whole);
};

/** The build cache alone: quick from API 1.42 on, while older engines can only reckon all disk use. */
export const listBuildCache = async (
  engine: Engine,
  apiVersion: string,
  signal?: AbortSignal,
): Promise<readonly CacheRecord[]> => {
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  if (major < 1 || (major === 1 && minor < 42)) return (await diskUse(engine, signal)).buildCache;
  const call = { method: "GET", path: "/system/df", query: { type: "build-cache", verbose: true } } as const;
  return readDiskAnswer(await engine.request<DiskAnswer | null>(call, bounded(LIST_MS, signal))).buildCache;
};
