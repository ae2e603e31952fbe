/** What JSON allows and neither Postgres nor a person can use: found before it becomes a fact for ever. */

const DEEPEST = 64;

interface Fault {
  readonly path: string;
  readonly message: string;
}

const NUL = "\u0000";
const HALF_A_PAIR = /\p{Surrogate}/u;

const faultOfText = (text: string, path: string): Fault | null => {
  if (text.includes(NUL)) return { path, message: "must not contain the NUL character" };
  // jsonb refuses half of a surrogate pair, which JSON can carry as an escape.
  if (HALF_A_PAIR.test(text)) return { path, message: "must be well-formed Unicode" };
  return null;
};

/** The first text in a JSON value that cannot be stored, or null; also refuses nesting deeper than 64. */
export const unsoundText = (value: unknown, path = "", depth = 0): Fault | null => {
  if (typeof value === "string") return faultOfText(value, path);
  if (typeof value !== "object" || value === null) return null;
  if (depth >= DEEPEST) return { path, message: `must not be nested deeper than ${DEEPEST}` };
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultOfText(key, path) ?? unsoundText(inner, `${path}/${key}`, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
};
