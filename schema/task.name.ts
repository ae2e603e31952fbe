import type { ExecutorType } from "./executor-type.ts";

/** A human line for a task nobody named. */
const MOST = 120;

const asObject = (payload: unknown): Record<string, unknown> =>
  typeof payload === "object" && payload !== null ? (payload as Record<string, unknown>) : {};

const cut = (text: string): string => (text.length > MOST ? `${text.slice(0, MOST - 1)}…` : text);

const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

const commandLine = (command: unknown): string =>
  Array.isArray(command) ? command.map(String).join(" ") : typeof command === "string" ? command : "";

const DEEPEST = 8;

/** The value at `a.b` of the payload, as words; a list by its length when it is long. */
const wordsAt = (payload: unknown, path: string): string => {
  const value = path
    .split(".")
    .slice(0, DEEPEST)
    .reduce<unknown>(
      (inner, key) => (Object.hasOwn(asObject(inner), key) ? asObject(inner)[key] : undefined),
      payload,
    );
  if (Array.isArray(value)) return value.length > 3 ? String(value.length) : value.map(String).join(", ");
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
};

/** A part in square brackets is there only when all of its fields are. */
const withoutEmpty = (pattern: string, payload: unknown): string =>
  pattern.replaceAll(/\[([^[\]]*)\]/g, (_, part: string) => {
    const paths = [...part.matchAll(/\{([\w.-]+)\}/g)].map(([, path = ""]) => path);
    return paths.every((path) => wordsAt(payload, path) !== "") ? part : "";
  });

/** "Analyse {path}[ on {host}]" with the payload's path in it, and the host when there is one. */
const byPattern = (pattern: string, payload: unknown): string =>
  withoutEmpty(pattern, payload)
    .replaceAll(/\{([\w.-]+)\}/g, (_, path: string) => wordsAt(payload, path))
    .replaceAll(/\s+/g, " ")
    .trim();

/** "Stop 100 containers", "echo hello", what the type's own `naming` makes of the payload, or the type's title. */
export const nameFor = (
  { type, title, naming }: Pick<ExecutorType, "type" | "title" | "naming">,
  payload: unknown,
): string => {
  const { action, ids, command } = asObject(payload);
  if (type === "command") return cut(commandLine(command));
  if (type === "docker.containers" && typeof action === "string") {
    const count = Array.isArray(ids) ? ids.length : null;
    const what = count === null ? "selected containers" : count === 1 ? "1 container" : `${count} containers`;
    return `${capitalised(action)} ${what}`;
  }
  return naming === undefined ? title : cut(byPattern(naming, payload)) || title;
};
