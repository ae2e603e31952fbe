import { bytes, plural } from "../show/words.ts";

type Rules = Readonly<Record<string, unknown>>;

const UNITS: Readonly<Record<string, string>> = { s: "second", m: "minute", h: "hour", d: "day", w: "week" };

const asRules = (value: unknown): Rules =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Rules) : {};

const listOf = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Names told one by one before they are only counted. */
const NAMED = 4;

const named = (value: unknown, between = ", "): string => {
  const all = listOf(value);
  return all.length <= NAMED
    ? all.join(between)
    : `${all.slice(0, NAMED).join(", ")} and ${all.length - NAMED} more`;
};

/** `30d` → `30 days`. */
export const ageWords = (text: unknown): string => {
  const [, count = "", unit = ""] = /^(\d+)([smhdw])$/.exec(String(text)) ?? [];
  const word = UNITS[unit];
  return word === undefined ? String(text) : plural(Number(count), word);
};

const AGES: Readonly<Record<string, (age: string) => string>> = {
  created: (age) => `made more than ${age} ago`,
  stopped: (age) => `ended more than ${age} ago`,
  lastUsed: (age) => `not used for ${age}`,
};

const WHICH: Readonly<Record<string, string>> = {
  dangling: "those without a tag",
  unused: "those no container uses",
  anonymous: "anonymous ones",
  all: "anonymous ones, and named ones that are said yes to one by one",
};

const selected = (value: unknown, words: string): string[] => {
  const { labels, names, ids } = asRules(value);
  return [
    ...(listOf(labels).length > 0 ? [`${words} labelled ${named(labels, " or ")}`] : []),
    ...(listOf(names).length > 0 ? [`${words} called ${named(names, " or ")}`] : []),
    ...(listOf(ids).length > 0 ? [`${words} ${plural(listOf(ids).length, "chosen one")}`] : []),
  ];
};

const chosenBy = (value: unknown): string[] => {
  const { labels, state, name } = asRules(value);
  const pairs = Object.entries(asRules(labels)).map(([key, text]) =>
    text === "" ? key : `${key}=${String(text)}`,
  );
  return [
    ...(pairs.length > 0 ? [`labelled ${pairs.join(" and ")}`] : []),
    ...(listOf(state).length > 0 ? [`that are ${listOf(state).join(" or ")}`] : []),
    ...(typeof name === "string" ? [`with “${name}” in their name`] : []),
  ];
};

const flag =
  (words: string) =>
  (value: unknown): string[] =>
    value === true ? [words] : [];

const RULES: Readonly<Record<string, (value: unknown) => readonly string[]>> = {
  host: () => [],
  dryRun: () => [],
  concurrency: () => [],
  on: () => [],
  action: (value) => [`${String(value)} containers`],
  ids: (value) => [`those called ${named(value)}`],
  select: chosenBy,
  image: (value) => [String(value)],
  which: (value) => [WHICH[String(value)] ?? String(value)],
  names: (value) => (listOf(value).length === 0 ? [] : [`the volumes ${named(value)}`]),
  olderThan: (value) =>
    Object.entries(asRules(value)).map(
      ([key, age]) => AGES[key]?.(ageWords(age)) ?? `${key} ${ageWords(age)}`,
    ),
  neverStarted: flag("also those never started"),
  withVolumes: flag("with their anonymous volumes"),
  keepLast: (value) => [`all but the newest ${String(value)} of each repository`],
  keep: (value) => (listOf(value).length === 0 ? [] : [`never tags ${named(value)}`]),
  protect: (value) => selected(value, "never those"),
  only: (value) => selected(value, "only those").map((text) => text.replace("only those 1", "only 1")),
  keepUnder: (value) => [`oldest first until ${bytes(Number(value))} are left`],
  grace: (value) => [`nothing younger than ${ageWords(value)}`],
};

/** The parts of a clean-up of everything, in the order they are gone through. */
const PARTS: readonly (readonly [string, string])[] = [
  ["containers", "containers"],
  ["networks", "networks"],
  ["images", "images"],
  ["buildCache", "build cache"],
  ["volumes", "volumes"],
];

const rulesIn = (rules: Rules): readonly string[] =>
  Object.entries(rules).flatMap(([key, value]) => {
    const known = Object.hasOwn(RULES, key) ? RULES[key] : undefined;
    return known === undefined ? [`${key}: ${JSON.stringify(value)}`] : known(value);
  });

const partWords = (name: string, rules: unknown): string => {
  const part = asRules(rules);
  const off = rules === undefined ? name === "volumes" : part["on"] === false;
  const words = rulesIn(part);
  if (off) return `not the ${name}`;
  return words.length === 0 ? name : `${name}: ${words.join(", ")}`;
};

/** What a maintenance task is told to take and to spare, a phrase per rule. */
export const ruleWords = (type: string, payload: unknown): readonly string[] => {
  const rules = asRules(payload);
  if (type !== "docker.system.prune") return rulesIn(rules);
  const { containers: _c, networks: _n, images: _i, buildCache: _b, volumes: _v, ...rest } = rules;
  return [...PARTS.map(([key, name]) => partWords(name, rules[key])), ...rulesIn(rest)];
};
