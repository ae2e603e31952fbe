import { createHash } from "node:crypto";
import type { HostEngineInfo, HostInfo } from "#schema/host-api.ts";
import { productOf, type VersionAnswer } from "./version.ts";

/** What an engine says of itself and of what is on it, as /info has it. */
export interface InfoAnswer {
  readonly ID?: string;
  readonly Name?: string;
  readonly DockerRootDir?: string;
  readonly OperatingSystem?: string;
  readonly Containers?: number;
  readonly ContainersRunning?: number;
  readonly ContainersPaused?: number;
  readonly ContainersStopped?: number;
  readonly Images?: number;
  readonly NCPU?: number;
  readonly MemTotal?: number;
}

/** An engine and how much is on it. */
export interface About extends HostEngineInfo {
  readonly containers: NonNullable<HostInfo["containers"]>;
  readonly images: number;
}

/**
 * The same for as long as it is the same engine. Podman answers a new random id each time; where it keeps its images, on
 * which machine, is the nearest thing to an id it has. Machines that were cloned with their names share it.
 */
export const stableId = (version: VersionAnswer, info: InfoAnswer): string => {
  if (productOf(version) === "docker") return info.ID ?? "";
  const place = JSON.stringify([info.Name ?? "", info.DockerRootDir ?? ""]);
  return `podman-${createHash("sha256").update(place).digest("hex").slice(0, 32)}`;
};

export const aboutEngine = (version: VersionAnswer, info: InfoAnswer): About => ({
  id: stableId(version, info),
  name: info.Name ?? "",
  product: productOf(version),
  version: version.Version ?? "",
  apiVersion: version.ApiVersion ?? "",
  os: info.OperatingSystem ?? "",
  processors: info.NCPU ?? 0,
  memoryBytes: info.MemTotal ?? 0,
  containers: {
    running: info.ContainersRunning ?? 0,
    paused: info.ContainersPaused ?? 0,
    stopped: info.ContainersStopped ?? 0,
  },
  images: info.Images ?? 0,
});
