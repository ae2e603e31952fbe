import { PLAN_LIMIT } from "#schema/items.ts";
import type { TaskError } from "#schema/task.events.ts";
import type { Listed } from "../engine/engine.ts";
import { nameOf } from "./inventory.ts";
import type { ContainersPayload, Selection } from "./payload.ts";

/** How many names an error message may list. */
const NAMED_AT_MOST = 10;

export type Chosen =
  | { readonly ok: true; readonly containers: readonly Listed[] }
  | { readonly ok: false; readonly error: TaskError };

type Found = Listed | "unknown" | "ambiguous";

const namesOf = (container: Listed): string[] =>
  (container.Names ?? []).map((name) => name.replace(/^\//, ""));

const lookUp = (listed: readonly Listed[]): ((ref: string) => Found) => {
  const byId = new Map(listed.map((container) => [container.Id, container]));
  const byName = new Map(listed.flatMap((container) => namesOf(container).map((name) => [name, container])));
  return (ref) => {
    const exact = byId.get(ref) ?? byName.get(ref);
    if (exact) return exact;
    const starting = /^[0-9a-f]{4,63}$/.test(ref) ? listed.filter(({ Id }) => Id.startsWith(ref)) : [];
    return starting.length > 1 ? "ambiguous" : (starting[0] ?? "unknown");
  };
};

const matches = (container: Listed, { labels, state, name }: Selection): boolean => {
  const own = container.Labels ?? {};
  const labelled = Object.entries(labels ?? {}).every(([key, value]) =>
    value === "" ? key in own : own[key] === value,
  );
  return (
    labelled &&
    (state === undefined || (state as readonly string[]).includes(container.State)) &&
    (name === undefined || namesOf(container).some((own_) => own_.includes(name)))
  );
};

const refuse = (code: string, message: string): Chosen => ({ ok: false, error: { code, message } });

const nameSome = (refs: readonly string[]): string => {
  const more = refs.length - NAMED_AT_MOST;
  return `${refs.slice(0, NAMED_AT_MOST).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};

const resolveRefs = (refs: readonly string[], listed: readonly Listed[]): Chosen => {
  const find = lookUp(listed);
  const found = refs.map((ref) => ({ ref, container: find(ref) }));
  const missing = found.filter(({ container }) => container === "unknown").map(({ ref }) => ref);
  if (missing.length > 0)
    return refuse("unknown-container", `The engine has no such container: ${nameSome(missing)}.`);
  const ambiguous = found.filter(({ container }) => container === "ambiguous").map(({ ref }) => ref);
  if (ambiguous.length > 0)
    return refuse("ambiguous-container", `More than one container begins with: ${nameSome(ambiguous)}.`);
  return { ok: true, containers: [...new Set(found.map(({ container }) => container as Listed))] };
};

/** What made a plan take a container, for programs and in one sentence. */
export const reasonOf = ({ ids, select = {} }: ContainersPayload): { rule: string; why: string } => {
  if (ids) return { rule: "named", why: "It was named." };
  const { labels = {}, state = [], name } = select;
  const labelled = Object.entries(labels).map(
    ([key, value]) => `label ${key}${value === "" ? "" : `=${value}`}`,
  );
  const conditions = [
    ...labelled,
    ...(state.length === 0 ? [] : [`state ${state.join(" or ")}`]),
    ...(name === undefined ? [] : [`"${name}" in its name`]),
  ];
  return { rule: "matches", why: `It matches ${conditions.join(" and ")}.`.slice(0, 1_000) };
};

/** The containers a payload means, each once; or why it cannot be followed. */
export const chooseContainers = ({ ids, select }: ContainersPayload, listed: readonly Listed[]): Chosen => {
  if (ids) return resolveRefs(ids, listed);
  const containers = listed
    .filter((container) => matches(container, select ?? {}))
    .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
  if (containers.length > PLAN_LIMIT)
    return refuse("too-many", `${containers.length} containers match; one task may hold ${PLAN_LIMIT}.`);
  return { ok: true, containers };
};
