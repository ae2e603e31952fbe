import type { HostList } from "#schema/host-api.ts";
import { createInventory } from "../containers/inventory.ts";
import type { Engine } from "../engine/engine.ts";
import { listImages, listNetworks, listVolumes } from "../engine/listings.ts";
import { createCacheList } from "./cache-list.ts";
import { readLastUses } from "./last-use.ts";
import { besideOf, buildCacheRow, imageRow, networkRow, volumeRow } from "./rows.ts";

/** Lists what is on one host, as the console shows it. */
export interface HostLists {
  /** Throws what the engine's calls throw. */
  rows(list: HostList, signal: AbortSignal): Promise<readonly object[]>;
}

/** `data`: the runner's data folder, where last uses are kept. */
export const createHostLists = (engine: Engine, data: string): HostLists => {
  const inventory = createInventory(engine);
  const cache = createCacheList(engine);

  const beside = async (signal: AbortSignal) => {
    const [containers, { id }] = await Promise.all([engine.list(signal), engine.about(signal)]);
    return besideOf(containers, await readLastUses(data, id));
  };
  const makers: Readonly<Record<HostList, (signal: AbortSignal) => Promise<readonly object[]>>> = {
    containers: (signal) => inventory.list(signal),
    images: async (signal) => {
      const [images, around] = await Promise.all([listImages(engine, signal), beside(signal)]);
      return images.map((image) => imageRow(image, around));
    },
    volumes: async (signal) => {
      const [volumes, around] = await Promise.all([listVolumes(engine, signal), beside(signal)]);
      return volumes.map((volume) => volumeRow(volume, around));
    },
    networks: async (signal) => {
      const [networks, around] = await Promise.all([listNetworks(engine, signal), beside(signal)]);
      return networks.map((network) => networkRow(network, around));
    },
    "build-cache": async (signal) => (await cache(signal)).map(buildCacheRow),
  };
  return {
    rows: async (list, signal) => {
      try {
        return await makers[list](signal);
      } catch (error) {
        engine.forget();
        throw error;
      }
    },
  };
};
