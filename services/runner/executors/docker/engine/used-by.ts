import type { Listed } from "./engine.ts";

/** Names of the containers, running or not, that use a thing: by image id, by volume name, by network id or name. */
export interface UsedBy {
  readonly images: ReadonlyMap<string, readonly string[]>;
  readonly volumes: ReadonlyMap<string, readonly string[]>;
  readonly networks: ReadonlyMap<string, readonly string[]>;
}

const nameOf = ({ Id, Names }: Listed): string => (Names?.[0] ?? Id.slice(0, 12)).replace(/^\//, "");

/** Reckoned from the containers themselves: the engine's own counts are missing or -1 on many versions. */
export const usedBy = (containers: readonly Listed[]): UsedBy => {
  const images = new Map<string, string[]>();
  const volumes = new Map<string, string[]>();
  const networks = new Map<string, string[]>();
  const note = (map: Map<string, string[]>, key: string | undefined, name: string): void => {
    if (key === undefined || key === "") return;
    const names = map.get(key);
    if (names) names.push(name);
    else map.set(key, [name]);
  };
  for (const container of containers) {
    const name = nameOf(container);
    note(images, container.ImageID, name);
    for (const mount of container.Mounts ?? []) if (mount.Type === "volume") note(volumes, mount.Name, name);
    for (const [network, { NetworkID }] of Object.entries(container.NetworkSettings?.Networks ?? {}))
      note(networks, NetworkID || network, name);
  }
  return { images, volumes, networks };
};

/** Of one network: containers that were never started name it only, and Podman's never give its id. */
export const usersOfNetwork = (
  { networks }: UsedBy,
  { id, name }: { readonly id: string; readonly name: string },
): readonly string[] => [...(networks.get(id) ?? []), ...(networks.get(name) ?? [])];
