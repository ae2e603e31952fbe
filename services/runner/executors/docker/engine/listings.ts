/** What an engine keeps, listed once and whole. The engine answers an empty list with null, so every list is made one here. */
import type { ImageInfo, NetworkInspectInfo, VolumeInspectInfo } from "dockerode";
import type { Engine, Listed } from "./engine.ts";

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

/** May take minutes on a host with large volumes: never in a request somebody waits for. */
export const diskUse = async (engine: Engine, signal?: AbortSignal): Promise<DiskUse> => {
  const answer = await engine.request<{
    LayersSize?: number;
    Containers?: Listed[] | null;
    Images?: ImageInfo[] | null;
    Volumes?: VolumeInspectInfo[] | null;
    BuildCache?: CacheRecord[] | null;
  } | null>({ method: "GET", path: "/system/df" }, bounded(DISK_MS, signal));
  return {
    layersSize: answer?.LayersSize ?? 0,
    containers: answer?.Containers ?? [],
    images: answer?.Images ?? [],
    volumes: answer?.Volumes ?? [],
    buildCache: answer?.BuildCache ?? [],
  };
};

/** The build cache alone: quick from API 1.42 on, while older engines can only reckon all disk use. */
export const listBuildCache = async (
  engine: Engine,
  apiVersion: string,
  signal?: AbortSignal,
): Promise<readonly CacheRecord[]> => {
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  if (major < 1 || (major === 1 && minor < 42)) return (await diskUse(engine, signal)).buildCache;
  const answer = await engine.request<{ BuildCache?: CacheRecord[] | null } | null>(
    { method: "GET", path: "/system/df", query: { type: "build-cache" } },
    bounded(LIST_MS, signal),
  );
  return answer?.BuildCache ?? [];
};
