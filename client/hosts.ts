import type { ContainerRow } from "#schema/api.ts";
import type { BuildCacheRow, HostInfo, HostList, ImageRow, NetworkRow, VolumeRow } from "#schema/host-api.ts";
import type { HostDisk, HostRun } from "#schema/ledger-api.ts";
import { apiPath, type Sender } from "./sender.ts";

/** The row of each of a host's lists. */
export interface HostRows {
  readonly containers: ContainerRow;
  readonly images: ImageRow;
  readonly volumes: VolumeRow;
  readonly networks: NetworkRow;
  readonly "build-cache": BuildCacheRow;
}

export interface HostClient {
  list(): Promise<{ readonly items: readonly HostInfo[] }>;
  rows<L extends HostList>(host: string, list: L): Promise<{ readonly items: readonly HostRows[L][] }>;
  /** What the host's `docker.disk-usage` tasks found. */
  disk(host: string): Promise<HostDisk>;
  /** The last maintenance runs of the host, newest first. */
  runs(host: string, limit?: number): Promise<{ readonly items: readonly HostRun[] }>;
}

export const hostClient = ({ get }: Sender): HostClient => ({
  list: () => get(apiPath("hosts")),
  rows: (host, list) => get(apiPath("hosts", host, list)),
  disk: (host) => get(apiPath("hosts", host, "disk")),
  runs: (host, limit) => get(apiPath("hosts", host, "runs"), { limit }),
});
