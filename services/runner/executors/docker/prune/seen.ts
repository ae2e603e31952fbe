/** What a plan knows of an engine's things: plain facts, times in ms by the engine's own clock, sizes in bytes. */
import type { Own } from "../containers/protect.ts";
import type { Listed } from "../engine/engine.ts";
import type { CacheRecord } from "../engine/listings.ts";
import type { LastUses } from "../hosts/last-use.ts";

export type Labels = Readonly<Record<string, string>>;

export interface SeenContainer {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly labels: Labels;
  readonly createdAt: number;
  /** When it ended; null when it never ran or still does. */
  readonly endedAt: number | null;
  readonly bytes: number | null;
  readonly anonymousVolumes: number;
  /** The engine's own listing of it: what it uses is reckoned from that. */
  readonly listed: Listed;
  readonly looks: string;
}

export interface SeenImage {
  readonly id: string;
  readonly parent: string;
  readonly tags: readonly string[];
  readonly digests: readonly string[];
  readonly labels: Labels;
  /** Digests of its layers, the lowest first. */
  readonly layers: readonly string[];
  /** By the build's own word, which may be 1970. */
  readonly createdAt: number;
  /** When it came to this engine or got its latest tag there; null when nobody knows. */
  readonly arrivedAt: number | null;
  /** All of its layers. */
  readonly size: number;
  /** What it shares with no other image; null when unknown. */
  readonly bytes: number | null;
  readonly looks: string;
}

export interface SeenVolume {
  readonly name: string;
  readonly driver: string;
  readonly hasOptions: boolean;
  readonly labels: Labels;
  readonly anonymous: boolean;
  readonly createdAt: number | null;
  readonly bytes: number | null;
  /** How many containers the engine says use it; null when it does not know. */
  readonly users: number | null;
  readonly looks: string;
}

export interface SeenNetwork {
  readonly id: string;
  readonly name: string;
  readonly driver: string;
  readonly scope: string;
  readonly ingress: boolean;
  readonly configOnly: boolean;
  readonly labels: Labels;
  readonly createdAt: number;
  readonly looks: string;
}

/** An engine as it was found; lists that were not asked for are empty. */
export interface Survey {
  readonly now: number;
  readonly own: Own;
  readonly uses: LastUses;
  readonly containers: readonly SeenContainer[];
  readonly images: readonly SeenImage[];
  /** Bytes of all layers of all images. */
  readonly layersBytes: number;
  readonly volumes: readonly SeenVolume[];
  /** The engine does not tell when one is used: a use between two looks is seen by nobody. */
  readonly volumeUsesUntold: boolean;
  readonly networks: readonly SeenNetwork[];
  readonly cache: readonly CacheRecord[];
}

const ANONYMOUS_LABEL = "com.docker.volume.anonymous";

/** Older engines set no label, newer ones do: both mean the same here. */
export const isAnonymous = (name: string, labels: Labels): boolean =>
  ANONYMOUS_LABEL in labels || /^[0-9a-f]{64}$/.test(name);

/** Milliseconds; null for what is no time, and for the engine's "never" (the year 1). */
export const timeOf = (text: string | null | undefined): number | null => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) || ms < 0 ? null : ms;
};
