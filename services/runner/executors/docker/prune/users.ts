import { COMPOSE_PROJECT } from "../containers/protect.ts";
import { type UsedBy, usedBy } from "../engine/used-by.ts";
import type { SeenContainer } from "./seen.ts";
import { nameSome } from "./verdict.ts";

/** Which containers use a thing: those that stay, and those that the same run removes first. */
export interface Users {
  readonly stay: UsedBy;
  readonly leave: UsedBy;
  /** The containers that stay. */
  readonly staying: readonly SeenContainer[];
}

/** `leaving`: ids of containers that the same run removes. */
export const usersAmong = (
  containers: readonly SeenContainer[],
  leaving: ReadonlySet<string> = new Set(),
): Users => {
  const staying = containers.filter(({ id }) => !leaving.has(id));
  const gone = containers.filter(({ id }) => leaving.has(id));
  return {
    staying,
    stay: usedBy(staying.map(({ listed }) => listed)),
    leave: usedBy(gone.map(({ listed }) => listed)),
  };
};

export const usedByWords = (names: readonly string[]): string => `Used by ${nameSome(names)}.`;

/** "No container uses it.", or that none does once others are removed. */
export const unusedWords = (leaving: readonly string[]): string =>
  leaving.length === 0
    ? "No container uses it."
    : `No container uses it once ${nameSome(leaving)} ${leaving.length === 1 ? "is" : "are"} removed.`;

/** A container that stays, of the Compose project a thing belongs to; undefined when there is none. */
export const projectMate = (
  { staying }: Users,
  labels: Readonly<Record<string, string>>,
): { readonly project: string; readonly name: string } | undefined => {
  const project = labels[COMPOSE_PROJECT];
  if (project === undefined) return undefined;
  const mate = staying.find((container) => container.labels[COMPOSE_PROJECT] === project);
  return mate && { project, name: mate.name };
};
