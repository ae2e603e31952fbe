import type { HostList } from "#schema/host-api.ts";
import type { ItemKind } from "#schema/items.ts";
import type { EngineChange } from "#schema/telemetry.ts";

/** Containers use images, volumes and networks: their coming and going shows in those lists too. */
const SHOWS: Record<HostList, readonly ItemKind[]> = {
  containers: ["container"],
  images: ["image", "container"],
  volumes: ["volume", "container"],
  networks: ["network", "container"],
  "build-cache": ["build-cache", "image"],
};

/** Whether a change on an engine may show in a list of the host of this name. */
export const concerns = (
  change: Pick<EngineChange, "host" | "kinds">,
  host: string,
  list: HostList,
): boolean => change.host === host && change.kinds.some((kind) => SHOWS[list].includes(kind));
