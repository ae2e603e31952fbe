import type { ContainerRow } from "#schema/api.ts";
import type { HostInfo, ImageRow, VolumeRow } from "#schema/host-api.ts";

export const image = (tag: string | null, part: Partial<ImageRow> = {}): ImageRow => ({
  id: `sha256:${Buffer.from(tag ?? "none")
    .toString("hex")
    .padEnd(64, "0")
    .slice(0, 64)}`,
  tags: tag === null ? [] : [tag],
  createdAt: "2026-11-01T08:00:00.000Z",
  bytes: 1_000,
  usedBy: [],
  lastUsedAt: null,
  labels: {},
  protected: null,
  ...part,
});

export const volume = (name: string, part: Partial<VolumeRow> = {}): VolumeRow => ({
  name,
  driver: "local",
  anonymous: false,
  createdAt: "2026-11-01T08:00:00.000Z",
  bytes: null,
  usedBy: [],
  lastUsedAt: null,
  labels: {},
  protected: null,
  ...part,
});

export const container = (name: string, part: Partial<ContainerRow> = {}): ContainerRow => ({
  id: name,
  name,
  image: "busybox",
  state: "running",
  status: "Up 2 minutes",
  createdAt: "2026-11-21T08:00:00.000Z",
  labels: {},
  autoRemove: false,
  protected: null,
  ...part,
});

export const host = (part: Partial<HostInfo> = {}): HostInfo => ({
  name: "nas",
  runner: "local",
  address: "ssh://ops@nas.lan",
  reachable: true,
  message: null,
  engine: null,
  containers: null,
  images: null,
  observedSince: null,
  ...part,
});
