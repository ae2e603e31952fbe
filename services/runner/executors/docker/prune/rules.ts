import type { CommonPrune } from "./payload.ts";
import { durationMs } from "./duration.ts";
import { matchesGlob } from "./glob.ts";
import type { Labels } from "./seen.ts";

const HOUR = 3_600_000;

/** The rules every kind of thing is judged by. */
export interface Rules {
  readonly graceMs: number;
  readonly protectLabels: readonly string[];
  readonly protectNames: readonly string[];
  readonly only: { readonly labels?: readonly string[]; readonly ids?: readonly string[] } | undefined;
}

/** Ages in ms that must be reached. */
export interface Ages {
  readonly created?: number;
  readonly stopped?: number;
  readonly lastUsed?: number;
}

export const rulesOf = ({ grace, protect, only }: CommonPrune): Rules => ({
  graceMs: grace === undefined ? HOUR : durationMs(grace),
  protectLabels: protect?.labels ?? [],
  protectNames: protect?.names ?? [],
  only,
});

export const agesOf = (older: { readonly [K in keyof Ages]?: string | undefined } | undefined): Ages =>
  Object.fromEntries(
    Object.entries(older ?? {}).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, durationMs(text)]],
    ),
  );

/** Does a label `key` or `key=value` match? Our own matcher: the engine's needs all of several to match. */
const hasLabel = (labels: Labels, wanted: string): boolean => {
  const at = wanted.indexOf("=");
  if (at < 0) return Object.hasOwn(labels, wanted);
  const key = wanted.slice(0, at);
  return Object.hasOwn(labels, key) && labels[key] === wanted.slice(at + 1);
};

/** The first of the wanted labels that is there, if any. */
export const labelAmong = (labels: Labels, wanted: readonly string[]): string | undefined =>
  wanted.find((label) => hasLabel(labels, label));

/** The first pattern that matches any of the names, if any. */
export const patternFor = (names: readonly string[], patterns: readonly string[]): string | undefined =>
  patterns.find((pattern) => names.some((name) => matchesGlob(pattern, name)));

/** Is a thing among those the run is restricted to? */
export const isInScope = ({ only }: Rules, id: string, labels: Labels): boolean => {
  if (only?.ids && !only.ids.includes(id)) return false;
  return !only?.labels || labelAmong(labels, only.labels) !== undefined;
};

/** What patterns may match of an image's reference: all of it, the repository, its last part, the tag. */
export const namesOfTag = (reference: string): string[] => {
  const { repository, tag } = splitTag(reference);
  return [reference, repository, repository.slice(repository.lastIndexOf("/") + 1), tag];
};

/** `host:5000/team/web:1.2` is the repository `host:5000/team/web` and the tag `1.2`. */
export const splitTag = (reference: string): { repository: string; tag: string } => {
  const colon = reference.lastIndexOf(":");
  return colon > reference.lastIndexOf("/")
    ? { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { repository: reference, tag: "" };
};
