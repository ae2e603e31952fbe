import { type Plan, PLAN_LIMIT, type PlanItem } from "#schema/items.ts";
import type { TaskError } from "#schema/task.events.ts";
import type { Listed } from "./engine.ts";
import { nameOf } from "./inventory.ts";
import type { ContainersPayload, Selection } from "./payload.ts";
import { type Own, protectionOf } from "./protect.ts";

/** How many names an error message may list. */
const NAMED_AT_MOST = 10;

export type Planned =
  { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly error: TaskError };

interface Surroundings {
  readonly listed: readonly Listed[];
  readonly own: Own;
  /** Containers that stopping deletes. */
  readonly autoRemoved: ReadonlyMap<string, boolean>;
}

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

const refuse = (code: string, message: string): Planned => ({ ok: false, error: { code, message } });

const nameSome = (refs: readonly string[]): string => {
  const more = refs.length - NAMED_AT_MOST;
  return `${refs.slice(0, NAMED_AT_MOST).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
};

const resolveRefs = (refs: readonly string[], listed: readonly Listed[]): readonly Listed[] | Planned => {
  const find = lookUp(listed);
  const found = refs.map((ref) => ({ ref, container: find(ref) }));
  const missing = found.filter(({ container }) => container === "unknown").map(({ ref }) => ref);
  if (missing.length > 0)
    return refuse("unknown-container", `The engine has no such container: ${nameSome(missing)}.`);
  const ambiguous = found.filter(({ container }) => container === "ambiguous").map(({ ref }) => ref);
  if (ambiguous.length > 0)
    return refuse("ambiguous-container", `More than one container begins with: ${nameSome(ambiguous)}.`);
  return [...new Set(found.map(({ container }) => container as Listed))];
};

const noteFor = (action: ContainersPayload["action"], removed: boolean): string | undefined =>
  removed && ["stop", "restart", "kill"].includes(action)
    ? "Made with --rm: stopping it deletes it and its anonymous volumes."
    : undefined;

/** The containers a task means, by full id, each with what is known about it beforehand; or why there is no plan. */
export const planContainers = (
  { action, ids, select }: ContainersPayload,
  { listed, own, autoRemoved }: Surroundings,
): Planned => {
  const chosen = ids
    ? resolveRefs(ids, listed)
    : listed
        .filter((container) => matches(container, select ?? {}))
        .toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)));
  if ("ok" in chosen) return chosen;
  if (chosen.length > PLAN_LIMIT)
    return refuse("too-many", `${chosen.length} containers match; one task may hold ${PLAN_LIMIT}.`);
  const items = chosen.map((container): PlanItem => {
    const skip = protectionOf(container.Id, container.Labels ?? {}, own);
    const note = noteFor(action, autoRemoved.get(container.Id) === true);
    return {
      id: container.Id,
      name: nameOf(container),
      ...(skip === null ? {} : { skip }),
      ...(note === undefined ? {} : { note }),
    };
  });
  return { ok: true, plan: { items } };
};
