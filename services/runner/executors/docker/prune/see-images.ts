import type { ImageInfo, ImageInspectInfo } from "dockerode";
import { statusOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import type { DiskUse } from "../engine/listings.ts";
import { IMAGE_ID, safe } from "../engine/names.ts";
import { imageIdOf } from "../engine/podman.ts";
import type { LastUses } from "../hosts/last-use.ts";
import { eachOf } from "./each-of.ts";
import { type SeenImage, timeOf } from "./seen.ts";
import { imageLooks, named } from "./sightings.ts";

const LOOK_MS = 30_000;
const LIST_MS = 60_000;

const latest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

/** Null when it is gone. */
export const inspectImage = async (
  engine: Engine,
  id: string,
  signal?: AbortSignal,
): Promise<ImageInspectInfo | null> => {
  try {
    const inspected = await engine.request<ImageInspectInfo>(
      { method: "GET", path: `/images/${safe(IMAGE_ID, id)}/json` },
      { limitMs: LOOK_MS, ...(signal ? { signal } : {}) },
    );
    return { ...inspected, Parent: imageIdOf(inspected.Parent) };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
};

/** All images, also the layers in between: they tell who was built on whom. */
export const seeImages = async (
  engine: Engine,
  { disk, arrived }: { readonly disk: DiskUse; readonly arrived: LastUses["arrived"] },
  signal: AbortSignal,
): Promise<SeenImage[]> => {
  const listed =
    (await engine.request<ImageInfo[] | null>(
      { method: "GET", path: "/images/json", query: { all: true } },
      { limitMs: LIST_MS, signal },
    )) ?? [];
  const shared = new Map(disk.images.map(({ Id, SharedSize }) => [Id, SharedSize]));
  return eachOf(listed, async ({ Id, ParentId, Created, Size, Labels }) => {
    const inspected = await inspectImage(engine, Id, signal);
    if (inspected === null) return null;
    const sharedBytes = shared.get(Id) ?? -1;
    return {
      id: Id,
      parent: imageIdOf(ParentId),
      tags: named(inspected.RepoTags),
      digests: named(inspected.RepoDigests),
      labels: Labels ?? {},
      layers: inspected.RootFS.Layers ?? [],
      createdAt: Created * 1_000,
      arrivedAt: latest(
        // Not set by a pull.
        timeOf((inspected as { Metadata?: { LastTagTime?: string } }).Metadata?.LastTagTime),
        timeOf(arrived?.get(Id)),
      ),
      size: Size,
      bytes: sharedBytes < 0 ? null : Size - sharedBytes,
      looks: imageLooks(inspected),
    };
  });
};
