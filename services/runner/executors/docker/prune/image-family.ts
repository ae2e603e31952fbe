import { createHash } from "node:crypto";
import type { SeenImage } from "./seen.ts";

/** How images build on each other. */
export interface Family {
  /** Ids an image was built on, as far as the engine tells; the nearest first. */
  ancestors(image: SeenImage): readonly string[];
  /** Without a tag and built upon: a layer in between, which goes with its last child. */
  isBetween(image: SeenImage): boolean;
}

export const familyOf = (images: readonly SeenImage[]): Family => {
  const byId = new Map(images.map((image) => [image.id, image]));
  const parents = new Set(images.map(({ parent }) => parent));
  const ancestors = (image: SeenImage): string[] => {
    const found: string[] = [];
    // An engine's chain is at most 127 long; a damaged one may run in a circle.
    for (let at = byId.get(image.parent); at && found.length < 200; at = byId.get(at.parent))
      found.push(at.id);
    return found;
  };
  return {
    ancestors,
    isBetween: ({ id, tags, digests }) => tags.length === 0 && digests.length === 0 && parents.has(id),
  };
};

/** One name for each lower part of an image, all of it last. */
export const chainsOf = ({ layers }: SeenImage): string[] => {
  let chain = "";
  return layers.map((layer) => (chain = createHash("sha256").update(`${chain} ${layer}`).digest("base64")));
};

/**
 * Of the images that are to go, those on which an image that stays was built, with one such image: by the engine's own
 * word, and where that is missing by the layers they share. The latter only counts for images with a tag: what lost its
 * tag to a rebuild shares layers too.
 */
export const basesOfKept = (
  images: readonly SeenImage[],
  going: ReadonlySet<string>,
  family: Family,
): ReadonlyMap<string, SeenImage> => {
  const bases = new Map<string, SeenImage>();
  const stayingByAncestor = new Map<string, SeenImage>();
  const stayingByChain = new Map<string, SeenImage>();
  const stays = (image: SeenImage): void => {
    for (const id of family.ancestors(image)) stayingByAncestor.set(id, image);
    for (const chain of chainsOf(image).slice(0, -1)) stayingByChain.set(chain, image);
  };
  for (const image of images) if (!going.has(image.id) && !family.isBetween(image)) stays(image);
  const tallestFirst = images
    .filter(({ id }) => going.has(id))
    .toSorted((a, b) => b.layers.length - a.layers.length);
  for (const image of tallestFirst) {
    const whole = chainsOf(image).at(-1);
    const byLayers = image.tags.length > 0 && whole !== undefined ? stayingByChain.get(whole) : undefined;
    const child = stayingByAncestor.get(image.id) ?? byLayers;
    if (!child) continue;
    bases.set(image.id, child);
    stays(image);
  }
  return bases;
};

/** Children go before what they were built on: how many generations have to go first, by id. */
export const generations = (
  images: readonly SeenImage[],
  going: ReadonlySet<string>,
  family: Family,
): ReadonlyMap<string, number> => {
  const result = new Map<string, number>();
  const youngestFirst = images
    .filter(({ id }) => going.has(id))
    .map((image) => ({ image, ancestors: family.ancestors(image) }))
    .toSorted((a, b) => b.ancestors.length - a.ancestors.length);
  for (const { image, ancestors } of youngestFirst) {
    const own = result.get(image.id) ?? 0;
    for (const id of ancestors) if (going.has(id)) result.set(id, Math.max(result.get(id) ?? 0, own + 1));
  }
  return result;
};
