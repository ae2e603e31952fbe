/** Container hosts and what is on them, as /api/hosts tells it. Sizes in bytes, times RFC 3339. */

export interface HostEngineInfo {
  readonly id: string;
  readonly name: string;
  readonly product: "docker" | "podman";
  readonly version: string;
  readonly apiVersion: string;
  readonly os: string;
  readonly processors: number;
  readonly memoryBytes: number;
}

export interface HostInfo {
  /** What payloads call it (`host`). */
  readonly name: string;
  /** The runner that reaches it. */
  readonly runner: string;
  /** `unix:///var/run/docker.sock`, `tcp://…`, `ssh://…`. */
  readonly address: string;
  readonly reachable: boolean;
  /** One sentence when it is not reachable, or another host has its name. */
  readonly message: string | null;
  readonly engine: HostEngineInfo | null;
  readonly containers: { readonly running: number; readonly paused: number; readonly stopped: number } | null;
  readonly images: number | null;
  /** Since when last uses are learned from its events; null when they are not. */
  readonly observedSince: string | null;
}

/** The lists of a host: `/api/hosts/:name/<list>`. */
export const HOST_LISTS = ["containers", "images", "volumes", "networks", "build-cache"] as const;
export type HostList = (typeof HOST_LISTS)[number];

/** A part of a list, or why there is none: `away` may pass, the others do not. */
export type InventoryAnswer =
  | {
      readonly items: readonly unknown[];
      /** What to ask for the part after it; null when this is the last. */
      readonly next: { readonly listing: number; readonly page: number } | null;
    }
  | { readonly error: string; readonly code: "invalid" | "unknown-host" | "expired" | "away" };

export interface ImageRow {
  readonly id: string;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly bytes: number;
  /** Names of containers that use it, running or not. */
  readonly usedBy: readonly string[];
  /** Null where it was not observed. */
  readonly lastUsedAt: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly protected: string | null;
}

export interface VolumeRow {
  readonly name: string;
  readonly driver: string;
  readonly anonymous: boolean;
  readonly createdAt: string | null;
  /** Null where the engine has not measured it. */
  readonly bytes: number | null;
  readonly usedBy: readonly string[];
  readonly lastUsedAt: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly protected: string | null;
}

export interface NetworkRow {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly createdAt: string | null;
  readonly usedBy: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly protected: string | null;
}

export interface BuildCacheRow {
  readonly id: string;
  readonly type: string;
  readonly description: string;
  readonly bytes: number;
  readonly inUse: boolean;
  readonly shared: boolean;
  readonly createdAt: string;
  readonly lastUsedAt: string | null;
  readonly usageCount: number;
}

/** Disk use of one kind; `reclaimable` is what nothing uses. */
export interface DiskKind {
  readonly kind: HostList;
  readonly count: number;
  readonly inUse: number;
  readonly bytes: number;
  readonly reclaimable: number;
}

/** The result of a `docker.disk-usage` task. */
export interface DiskReport {
  readonly host: string;
  readonly engine: string;
  readonly at: string;
  readonly kinds: readonly DiskKind[];
  readonly biggest: readonly {
    readonly kind: HostList;
    readonly id: string;
    readonly name: string;
    readonly bytes: number;
    readonly inUse: boolean;
  }[];
}
