/** Which images go first where a size is to be kept, and what comes back with each: they share layers. */
import { underBudget, usedAt } from "./budget.ts";
import { chainsOf, type Family } from "./image-family.ts";
import type { SeenImage } from "./seen.ts";
import type { Judged } from "./verdict.ts";

type ById = ReadonlyMap<string, SeenImage>;

/** An image was used whenever one was that was built on it; by its id. */
const usesWithChildren = (
  judged: readonly Judged[],
  byId: ById,
  family: Family,
): ReadonlyMap<string, number> => {
  const latest = new Map<string, number>();
  const note = (key: string, at: number): void => void latest.set(key, Math.max(at, latest.get(key) ?? 0));
  for (const one of judged) {
    const image = byId.get(one.thing.id);
    if (!image) continue;
    for (const id of [image.id, ...family.ancestors(image)]) note(id, usedAt(one));
    for (const chain of chainsOf(image).slice(0, -1)) note(chain, usedAt(one));
  }
  // By its layers only when it has a tag: what lost it to a rebuild shares them too.
  const withChildren = (image: SeenImage): number => {
    const whole = image.tags.length > 0 ? chainsOf(image).at(-1) : undefined;
    return Math.max(latest.get(image.id) ?? 0, whole === undefined ? 0 : (latest.get(whole) ?? 0));
  };
  return new Map([...byId.values()].map((image) => [image.id, withChildren(image)]));
};

/** What comes back as images go one after another: a layer does with the last that has it. */
const createReckoning = (images: readonly SeenImage[]): ((image: SeenImage) => number) => {
  const chains = new Map(images.map((image) => [image.id, chainsOf(image)]));
  const holders = new Map<string, number>();
  for (const chain of [...chains.values()].flat()) holders.set(chain, (holders.get(chain) ?? 0) + 1);
  /** Bytes of a layer and all below it: engines tell them of whole images, and of what is shared of one. */
  const upTo = new Map<string, number>();
  for (const { id, size, bytes } of images) {
    const own = chains.get(id) ?? [];
    const shared = own.findLast((chain) => (holders.get(chain) ?? 0) > 1);
    if (shared !== undefined && bytes !== null) upTo.set(shared, size - bytes);
  }
  return ({ id, size }) => {
    const own = chains.get(id) ?? [];
    for (const chain of own) holders.set(chain, (holders.get(chain) ?? 1) - 1);
    const stays = own.findLast((chain) => (holders.get(chain) ?? 0) > 0 && upTo.has(chain));
    return size - (stays === undefined ? 0 : (upTo.get(stays) ?? 0));
  };
};

interface Budget {
  readonly images: readonly SeenImage[];
  readonly family: Family;
  readonly total: number;
  /** Whether `total` is that of all images, shared layers counted once. */
  readonly isOfAll: boolean;
}

/** As `underBudget`, for images: what was built on another goes before it, and shared layers come back with the last. */
export const imagesUnderBudget = (
  judged: readonly Judged[],
  keepUnder: number | undefined,
  { images, family, total, isOfAll }: Budget,
): readonly Judged[] => {
  if (keepUnder === undefined) return judged;
  const byId = new Map(images.map((image) => [image.id, image]));
  const lastUse = usesWithChildren(judged, byId, family);
  const heights = new Map(
    images.map((image) => [image.id, image.layers.length + family.ancestors(image).length]),
  );
  // Those in between go with their last child.
  const reckon = createReckoning(images.filter((image) => !family.isBetween(image)));
  return underBudget(judged, total, keepUnder, {
    order: ({ thing: { id: a } }, { thing: { id: b } }) =>
      (lastUse.get(a) ?? 0) - (lastUse.get(b) ?? 0) || (heights.get(b) ?? 0) - (heights.get(a) ?? 0),
    frees: ({ thing }) => {
      const image = isOfAll ? byId.get(thing.id) : undefined;
      return image ? reckon(image) : (thing.bytes ?? 0);
    },
  });
};
