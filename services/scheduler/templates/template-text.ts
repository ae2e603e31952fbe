/** "{{name}}" in a template's task, and what takes its place. */
import type { Detail } from "../submission/submission.ts";

const DEPTH_MOST = 32;
const PLACE = /\\?\{\{([A-Za-z_][A-Za-z0-9_]{0,63})\}\}/g;
const WHOLE = /^\{\{([A-Za-z_][A-Za-z0-9_]{0,63})\}\}$/;

export type Values = Readonly<Record<string, unknown>>;

/** The text it became would be longer than anything may be. */
export class TooMuchText extends Error {
  override readonly name = "TooMuchText";
}

interface Filling {
  /** The value of a name; undefined leaves the place as it is, which was told to `fault`. */
  value(name: string, path: string): unknown;
  fault(path: string, message: string): void;
  /** Told how many characters a value added. */
  grew(by: number): void;
}

const isPlain = (value: unknown): value is string | number | boolean =>
  ["string", "number", "boolean"].includes(typeof value);

const fillText = (text: string, path: string, filling: Filling): unknown => {
  const name = WHOLE.exec(text)?.[1];
  if (name !== undefined) {
    const value = filling.value(name, path);
    filling.grew(JSON.stringify(value ?? null).length);
    return value;
  }
  return text.replace(PLACE, (place, inner: string) => {
    if (place.startsWith("\\")) return place.slice(1);
    const value = filling.value(inner, path);
    if (value === undefined) return place;
    if (!isPlain(value)) {
      filling.fault(path, `"${inner}" is no text, number or yes/no, so it cannot be part of a longer text`);
      return place;
    }
    filling.grew(String(value).length);
    return String(value);
  });
};

const fillValue = (value: unknown, path: string, depth: number, filling: Filling): unknown => {
  if (typeof value === "string") return fillText(value, path, filling);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MOST) {
    filling.fault(path, `is more than ${DEPTH_MOST} deep`);
    return value;
  }
  const inside = (key: string | number, each: unknown): unknown =>
    fillValue(each, `${path}/${key}`, depth + 1, filling);
  if (Array.isArray(value)) return value.map((each, index) => inside(index, each));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inside(key, each)]));
};

/** A task with its values in place; `faults` names the places that could not be filled. Throws TooMuchText. */
export const fill = (
  task: Values,
  values: Values,
  most: number,
): { readonly task: Values; readonly faults: readonly Detail[] } => {
  const faults: Detail[] = [];
  let size = 0;
  const filled = fillValue(task, "task", 0, {
    value: (name, path) => {
      if (Object.hasOwn(values, name)) return values[name];
      faults.push({ path, message: `the parameter "${name}" is not given` });
      return undefined;
    },
    fault: (path, message) => void faults.push({ path, message }),
    grew: (by) => {
      size += by;
      if (size > most) throw new TooMuchText(`more than ${most} characters`);
    },
  });
  return { task: filled as Values, faults };
};

/** Every place that names a parameter there is not; or that lies too deep. */
export const placeFaults = (task: Values, names: ReadonlySet<string>): readonly Detail[] => {
  const faults: Detail[] = [];
  fillValue(task, "task", 0, {
    value: (name, path) => {
      if (!names.has(name)) faults.push({ path, message: `there is no parameter "${name}"` });
      return undefined;
    },
    fault: (path, message) => void faults.push({ path, message }),
    grew: () => undefined,
  });
  return faults;
};
