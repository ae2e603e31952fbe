import { Refused } from "./questions.ts";
import { wordsOf } from "./words-of.ts";

/** A message to the server has 8 MiB at most; this leaves room for what surrounds the value. */
const LARGEST_BYTES = 7 * 1024 ** 2;
/** Shorter texts fit whatever they hold, so they are not looked at. */
const SHORT = 1_000;

const jsonOf = (value: unknown, what: string): string | undefined => {
  try {
    return JSON.stringify(value) as string | undefined;
  } catch (error) {
    throw new Refused("not-json", `${what} cannot be kept as JSON: ${wordsOf(error).split("\n")[0] ?? ""}`);
  }
};

/** What is left of a value in JSON: all that can be sent or kept. Throws Refused for what JSON cannot say, and for too much. */
export const asPlain = (value: unknown, what: string, largest = LARGEST_BYTES): unknown => {
  if (value === null || typeof value === "boolean" || (typeof value === "string" && value.length < SHORT))
    return value;
  const json = jsonOf(value, what);
  if (json === undefined) return undefined;
  const bytes = Buffer.byteLength(json);
  if (bytes > largest) throw new Refused("too-large", `${what} has ${bytes} bytes; the most is ${largest}.`);
  return JSON.parse(json) as unknown;
};
