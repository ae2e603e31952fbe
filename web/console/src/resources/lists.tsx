import type { ReactNode } from "react";
import type { HostInfo, HostList } from "#schema/host-api.ts";
import { BUILD_CACHE } from "../build-cache/build-cache.tsx";
import { ContainerBar } from "../containers/container-bar.tsx";
import { CONTAINERS } from "../containers/containers.tsx";
import { IMAGES } from "../images/images.tsx";
import { NETWORKS } from "../networks/networks.tsx";
import { VOLUMES } from "../volumes/volumes.tsx";
import { CleanableList } from "./cleanable-list.tsx";
import { ResourceList } from "./resource-list.tsx";

export const TITLES: Record<HostList, string> = {
  containers: CONTAINERS.title,
  images: IMAGES.title,
  volumes: VOLUMES.title,
  networks: NETWORKS.title,
  "build-cache": BUILD_CACHE.title,
};

/** Each list with what can be done to its rows. */
export const LISTS: Record<HostList, (host: HostInfo) => ReactNode> = {
  containers: (host) => (
    <ResourceList
      host={host}
      resource={CONTAINERS}
      bar={(of) => <ContainerBar key={host.name} host={host} {...of} />}
    />
  ),
  images: (host) => <CleanableList host={host} resource={IMAGES} />,
  volumes: (host) => <CleanableList host={host} resource={VOLUMES} />,
  networks: (host) => <CleanableList host={host} resource={NETWORKS} />,
  "build-cache": (host) => <CleanableList host={host} resource={BUILD_CACHE} />,
};
