import { createHash } from "node:crypto";

/** What about a thing may not change between plan and act: the value under each name, a list as a set. */
export type Facts = Readonly<Record<string, unknown>>;

const DIGITS = 10;

const sorted = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

const digest = (value: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(value)) ?? "")
    .digest("hex")
    .slice(0, DIGITS);

const marksOf = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(digest).toSorted().join(",")}]` : digest(value);

/** `name=digest` of each fact, so that a later look can tell which of them changed without keeping them. */
export const looksOf = (facts: Facts): string =>
  Object.entries(facts)
    .map(([name, value]) => `${name}=${marksOf(value)}`)
    .join(" ");

const parse = (looks: string): Map<string, string> =>
  new Map(
    looks.split(" ").map((part) => [part.slice(0, part.indexOf("=")), part.slice(part.indexOf("=") + 1)]),
  );

const members = (marks: string): string[] => marks.slice(1, -1).split(",").filter(Boolean);

/** May a list have lost members? So it is once we have begun to take them away ourselves. */
const isSame = (before: string, now: string, mayShrink: boolean): boolean => {
  if (before === now) return true;
  if (!mayShrink || !before.startsWith("[") || !now.startsWith("[")) return false;
  const known = new Set(members(before));
  return members(now).every((member) => known.has(member));
};

/** Names of the facts that changed. `mayShrink`: a list that only lost members counts as unchanged. */
export const changesBetween = (before: string, now: string, mayShrink = false): string[] => {
  const then = parse(before);
  return [...parse(now)]
    .filter(([name, marks]) => !isSame(then.get(name) ?? "", marks, mayShrink))
    .map(([name]) => name);
};

/** Notes when a thing looked so, in ms by the engine's clock; it counts for no change. */
export const lookedAt = (looks: string, now: number): string => `${looks} at=${now}`;

/** When it looked so; undefined where that was not noted. */
export const timeOfLooks = (looks: string): number | undefined => {
  const at = parse(looks).get("at");
  return at === undefined ? undefined : Number(at);
};
