import type { ItemKind, PlanHead, PlanItem } from "#schema/items.ts";
import { bytes, plural, sentence } from "../show/words.ts";
import type { Group, Tally } from "./plan-groups.ts";

export const GROUP_WORDS: Record<Group, { readonly chip: string; readonly head: string }> = {
  act: { chip: "Acts on", head: "Will be acted on" },
  ask: { chip: "Asks", head: "Only when ticked here: each of these may hold data" },
  skip: { chip: "Left alone", head: "Left alone" },
  protected: { chip: "Protected", head: "Protected" },
};

const THINGS: Record<ItemKind, string> = {
  container: "container",
  network: "network",
  image: "image",
  "build-cache": "build cache record",
  volume: "volume",
};

export const kindWords = (kind: ItemKind | undefined): string => (kind === undefined ? "item" : THINGS[kind]);

/** What the items are called together: by their kind where they are of one kind. */
export const thingOf = (items: readonly PlanItem[], type: string): string => {
  const kinds = new Set(items.map(({ kind }) => kind));
  const [only] = kinds;
  if (kinds.size === 1 && only !== undefined) return THINGS[only];
  return type === "docker.containers" && kinds.size <= 1 ? "container" : "item";
};

/** What a task does to its items: `remove`, `stop`, …; `act on` where nobody told. */
export const verbOf = (type: string, payload: unknown): string => {
  const { action } = (payload ?? {}) as { action?: unknown };
  if (type.endsWith(".prune")) return "remove";
  return type === "docker.containers" && typeof action === "string" ? action : "act on";
};

/** Does this take things away for good? */
export const isGrave = (verb: string): boolean => verb === "remove" || verb === "kill";

/** The button's own words: exactly what a press of it does. */
export const approveWords = (verb: string, thing: string, { acts, bytes: size }: Tally): string => {
  if (acts === 0) return "Nothing is ticked";
  const freed = verb === "remove" && size > 0 ? `, free at least ${bytes(size)}` : "";
  return `${sentence(verb)} ${plural(acts, thing)}${freed}`;
};

/** Why the plan waits for somebody. */
export const askWords = ({ ask }: Pick<PlanHead, "ask">): string =>
  ask ?? "Whoever submitted this task asked to see its plan first.";

export const shortHash = (hash: string): string => hash.slice(0, 12);

/** Why an item is acted on, or is not. */
export const reasonOf = ({ skip, ask, why }: PlanItem): string => skip ?? ask ?? why ?? "";
