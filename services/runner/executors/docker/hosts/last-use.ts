import { readFile } from "node:fs/promises";
import { join } from "node:path";
import Type, { type Static } from "typebox";
import { Check } from "typebox/value";

/** A time in which an engine's events were not heard; the engine's own clock, RFC 3339. */
const Gap = Type.Object({ from: Type.String(), to: Type.String() });
export type Gap = Static<typeof Gap>;

const Times = Type.Record(Type.String(), Type.String());

/** What is kept of one engine between runs of the runner. */
export const KeptUses = Type.Object({
  engine: Type.String(),
  observedSince: Type.String(),
  /** Until then its events were heard for certain. */
  heardUntil: Type.String(),
  /** The last event that was heard, to find it again among those the engine still has. */
  lastEvent: Type.Union([Type.Null(), Type.Object({ second: Type.Integer(), key: Type.String() })]),
  gaps: Type.Array(Gap),
  images: Times,
  volumes: Times,
  /** When images came, by id; null for those that were there when the watching began. Absent in older files. */
  arrived: Type.Optional(Type.Record(Type.String(), Type.Union([Type.Null(), Type.String()]))),
});
export type KeptUses = Static<typeof KeptUses>;

/**
 * When images (by id) and volumes (by name) were used last, as far as it was observed: RFC 3339 by the engine's own clock.
 * What is not in here was not seen in use since `observedSince`, which is null where nobody has watched yet.
 */
export interface LastUses {
  readonly observedSince: string | null;
  /** When nobody watched since then, in order. */
  readonly gaps: readonly Gap[];
  readonly images: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
  /** When images came to the engine, as far as somebody watched; absent where nobody has. */
  readonly arrived?: ReadonlyMap<string, string>;
}

/** An engine's id as a file's name: older ones have colons in them. */
export const lastUseFile = (data: string, engineId: string): string =>
  join(data, "last-use", `${engineId.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 200)}.json`);

/** Null where there is nothing that could be trusted: no file, a damaged one, or one of another engine. */
export const readKept = async (data: string, engineId: string): Promise<KeptUses | null> => {
  try {
    const kept: unknown = JSON.parse(await readFile(lastUseFile(data, engineId), "utf8"));
    return Check(KeptUses, kept) && kept.engine === engineId ? kept : null;
  } catch {
    return null;
  }
};

/** `data`: the runner's data folder. At most some seconds old while the engine is watched. */
export const readLastUses = async (data: string, engineId: string): Promise<LastUses> => {
  const kept = await readKept(data, engineId);
  return {
    observedSince: kept?.observedSince ?? null,
    gaps: kept?.gaps ?? [],
    images: new Map(Object.entries(kept?.images ?? {})),
    volumes: new Map(Object.entries(kept?.volumes ?? {})),
    arrived: new Map(
      Object.entries(kept?.arrived ?? {}).flatMap(([id, at]) => (at === null ? [] : [[id, at] as const])),
    ),
  };
};

/** The times since `since` in which a use may have gone unseen, the time before the watching began not counted. */
export const gapsSince = ({ gaps }: Pick<LastUses, "gaps">, since: string): readonly Gap[] =>
  gaps.filter(({ to }) => Date.parse(to) > Date.parse(since));
