import type { Engine, Listed } from "../engine/engine.ts";
import { listImages, listVolumes } from "../engine/listings.ts";
import { IMAGE_ID, IMAGE_REF } from "../engine/names.ts";
import { inspectImage } from "../prune/see-images.ts";
import { imageOn } from "../pull/image-on.ts";
import type { Existing } from "./last-use-record.ts";
import type { Use } from "./use-of-event.ts";

/** What a container holds in use: an image by its id, volumes by their names. */
export interface Holding {
  readonly image: string | undefined;
  readonly volumes: readonly string[];
  /** It may have held volumes that nobody will tell of. */
  readonly isUnseen?: true;
}

/** Which images and volumes an engine's containers hold: events name containers only. */
export interface Holdings {
  /** Lists the engine anew; `inUse`: by containers that have not ended. */
  list(): Promise<{ readonly inUse: readonly Holding[]; readonly existing: Existing }>;
  of(use: Extract<Use, { kind: "container" | "image" | "volume" }>): Promise<Holding>;
  /** Podman tells that an image was deleted for each name it lost, and when it refused to. */
  isThere(image: string): Promise<boolean>;
  forget(container: string): void;
}

const AT_WORK: ReadonlySet<string> = new Set(["running", "paused", "restarting"]);

interface Mount {
  readonly Type?: string;
  readonly Name?: string | undefined;
}

const volumesOf = (mounts: readonly Mount[]): string[] =>
  mounts.flatMap(({ Type, Name }) => (Type === "volume" && Name ? [Name] : []));

const holdingOf = ({ ImageID, Mounts }: Listed): Holding => ({
  image: ImageID,
  volumes: volumesOf(Mounts ?? []),
});

export const openHoldings = (engine: Engine, signal: AbortSignal): Holdings => {
  let containers = new Map<string, Holding>();

  const imageNamed = async (name: string | undefined): Promise<string | undefined> => {
    if (name === undefined) return undefined;
    if (name.startsWith("sha256:")) return name;
    return IMAGE_REF.test(name) ? (await imageOn(engine, name, signal))?.id : undefined;
  };
  const ofContainer = async (id: string, image: string | undefined): Promise<Holding> => {
    const known = containers.get(id);
    if (known) return known;
    const seen = await engine.inspect(id, signal);
    // One that is removed as soon as it ends may be gone already: then its event names its image.
    const holding = seen
      ? { image: seen.Image, volumes: volumesOf(seen.Mounts) }
      : { image: await imageNamed(image), volumes: [] };
    containers.set(id, holding);
    // Docker has events for volumes that are mounted, Podman has none.
    const isUnseen = seen === null && (await engine.product(signal)) === "podman";
    return isUnseen ? { ...holding, isUnseen } : holding;
  };

  return {
    list: async () => {
      const [listed, images, volumes] = await Promise.all([
        engine.list(signal),
        listImages(engine, signal),
        listVolumes(engine, signal),
      ]);
      containers = new Map(listed.map((container) => [container.Id, holdingOf(container)]));
      return {
        inUse: listed.filter(({ State }) => AT_WORK.has(State)).map(holdingOf),
        existing: {
          images: new Set(images.map(({ Id }) => Id)),
          volumes: new Set(volumes.map(({ Name }) => Name)),
        },
      };
    },
    of: async (use) => {
      if (use.kind === "volume") return { image: undefined, volumes: [use.name] };
      if (use.kind === "image") return { image: await imageNamed(use.image), volumes: [] };
      return ofContainer(use.id, use.image);
    },
    isThere: async (image) => IMAGE_ID.test(image) && (await inspectImage(engine, image, signal)) !== null,
    forget: (container) => void containers.delete(container),
  };
};
