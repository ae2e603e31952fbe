import { nameOf } from "../containers/inventory.ts";
import type { Engine, Listed } from "../engine/engine.ts";
import { usedByWords } from "./users.ts";

const LOOK_MS = 30_000;

/** The containers, running or not, that the engine's filter finds; what they use is for the asker to see. */
export const containersWith = async (
  engine: Engine,
  filters: Readonly<Record<string, readonly string[]>>,
  signal: AbortSignal,
): Promise<readonly Listed[]> =>
  (await engine.request<Listed[] | null>(
    { method: "GET", path: "/containers/json", query: { all: true, filters } },
    { limitMs: LOOK_MS, signal },
  )) ?? [];

/** One sentence that names them; null when there are none. */
export const inUseBy = (containers: readonly Listed[]): string | null =>
  containers.length === 0 ? null : usedByWords(containers.map(nameOf));
