import type { VolumeInspectInfo } from "dockerode";
import { findOwn } from "../containers/protect.ts";
import type { Engine } from "../engine/engine.ts";
import { type DiskUse, listNetworks, listVolumes } from "../engine/listings.ts";
import type { LastUses } from "../hosts/last-use.ts";
import { type Measuring, measure } from "./measure.ts";
import { seeContainers, writtenBytes } from "./see-containers.ts";
import { seeImages } from "./see-images.ts";
import { isAnonymous, type SeenNetwork, type SeenVolume, type Survey, timeOf } from "./seen.ts";
import { networkLooks, volumeLooks } from "./sightings.ts";

const LOOK_MS = 30_000;

const seeVolumes = (listed: readonly VolumeInspectInfo[], measured: DiskUse): SeenVolume[] => {
  const usage = new Map(measured.volumes.map(({ Name, UsageData }) => [Name, UsageData]));
  return listed.map((volume) => {
    const { Name: name, Driver: driver } = volume;
    const { Size = -1, RefCount = -1 } = usage.get(name) ?? {};
    // Engines answer null for what is empty, which the type declarations do not know.
    const { Labels: labels, Options: options } = {
      Labels: (volume.Labels as SeenVolume["labels"] | null) ?? {},
      Options: (volume.Options as object | null) ?? {},
    };
    return {
      name,
      driver,
      hasOptions: Object.keys(options).length > 0,
      labels,
      anonymous: isAnonymous(name, labels),
      createdAt: timeOf((volume as { CreatedAt?: string }).CreatedAt),
      bytes: Size < 0 ? null : Size,
      users: RefCount < 0 ? null : RefCount,
      looks: volumeLooks(volume),
    };
  });
};

const seeNetworks = async (engine: Engine, signal: AbortSignal): Promise<SeenNetwork[]> =>
  (await listNetworks(engine, signal)).map((network) => ({
    id: network.Id,
    name: network.Name,
    driver: network.Driver,
    scope: network.Scope,
    ingress: network.Ingress,
    configOnly: network.ConfigOnly,
    labels: network.Labels ?? {},
    createdAt: timeOf(network.Created) ?? 0,
    looks: networkLooks(network),
  }));

const NO_DISK_USE: DiskUse = { layersSize: 0, containers: [], images: [], volumes: [], buildCache: [] };

const clockOf = async (engine: Engine, signal: AbortSignal): Promise<number> => {
  const { SystemTime } = await engine.request<{ SystemTime?: string }>(
    { method: "GET", path: "/info" },
    { limitMs: LOOK_MS, signal },
  );
  return timeOf(SystemTime) ?? Date.now();
};

/** Looks at the kinds asked for, and at all containers: what they use is not to go. */
export const surveyEngine = async (
  engine: Engine,
  { uses, ...measuring }: Measuring & { readonly uses: LastUses },
  signal: AbortSignal,
): Promise<Survey> => {
  const { kinds } = measuring;
  const now = await clockOf(engine, signal);
  const isMeasured = [...kinds].some((kind) => kind !== "network" && kind !== "container");
  const measured = isMeasured ? await measure(engine, measuring, signal) : null;
  const disk = measured ?? NO_DISK_USE;
  const volumes = kinds.has("volume") ? await listVolumes(engine, signal) : [];
  const images = kinds.has("image") ? await seeImages(engine, { disk, arrived: uses.arrived }, signal) : [];
  const networks = kinds.has("network") ? await seeNetworks(engine, signal) : [];
  const sizes = kinds.has("container") ? await writtenBytes(engine, measured, signal) : null;
  // Last of all: what was taken into use while we looked is seen to be in use.
  const listed = await engine.list(signal);
  return {
    now,
    own: findOwn(listed),
    uses,
    containers: await seeContainers(engine, { listed, sizes }, signal),
    images,
    layersBytes: disk.layersSize,
    volumes: seeVolumes(volumes, disk),
    volumeUsesUntold: (await engine.product(signal)) === "podman",
    networks,
    cache: kinds.has("build-cache") ? disk.buildCache : [],
  };
};
