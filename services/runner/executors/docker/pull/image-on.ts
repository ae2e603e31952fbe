import { statusOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { IMAGE_REF, safe } from "../engine/names.ts";
import { referenceOf } from "./reference.ts";

const LOOK_MS = 30_000;

/** An image on an engine; `digest` as the registry calls it, null where the engine does not know it. */
export interface Present {
  readonly id: string;
  readonly digest: string | null;
}

/** The image by that name, or null. */
export const imageOn = async (
  engine: Engine,
  image: string,
  signal: AbortSignal,
): Promise<Present | null> => {
  const { full, name } = referenceOf(safe(IMAGE_REF, image));
  try {
    const seen = await engine.request<{ Id: string; RepoDigests?: string[] | null }>(
      { method: "GET", path: `/images/${full}/json` },
      { limitMs: LOOK_MS, signal },
    );
    const digests = seen.RepoDigests ?? [];
    const digest = digests.find((known) => known.startsWith(`${name}@`)) ?? digests[0];
    return { id: seen.Id, digest: digest?.split("@")[1] ?? null };
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
};
