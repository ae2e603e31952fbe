import { splitTag } from "./rules.ts";
import type { SeenImage } from "./seen.ts";

/** When an image came to this engine: build dates may be 1970. */
export const madeAt = ({ createdAt, arrivedAt }: SeenImage): number => Math.max(createdAt, arrivedAt ?? 0);

/** The repository for which an image is among the `count` newest, by image id; those in use count too. */
export const newestOfEach = (images: readonly SeenImage[], count: number): ReadonlyMap<string, string> => {
  const byRepository = new Map<string, Set<SeenImage>>();
  for (const image of images)
    for (const tag of image.tags) {
      const { repository } = splitTag(tag);
      const known = byRepository.get(repository);
      if (known) known.add(image);
      else byRepository.set(repository, new Set([image]));
    }
  const newest = new Map<string, string>();
  for (const [repository, members] of byRepository)
    for (const { id } of [...members].toSorted((a, b) => madeAt(b) - madeAt(a)).slice(0, count))
      newest.set(id, repository);
  return newest;
};
