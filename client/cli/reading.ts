import { readFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { WrongUsage } from "./failures.ts";

/** Standard input. */
const STDIN = 0;

const contentOf = (source: string): string => {
  if (source !== "-" && !source.startsWith("@")) return source;
  const file = source === "-" ? STDIN : source.slice(1);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new WrongUsage(
      `The payload cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
};

/** A payload: JSON itself, `@file`, or `-` for standard input. Throws WrongUsage for what is not JSON. */
export const readPayload = (source: string): unknown => {
  const text = contentOf(source);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new WrongUsage(
      `The payload is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    );
  }
};

/** `key=value`, added to those before it. */
export const readLabel = (
  text: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const at = text.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected key=value.");
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
};

/** One more of something that may be said several times, or at once with commas. */
export const readIds = (text: string, before: readonly string[] = []): string[] => [
  ...before,
  ...text.split(",").filter((id) => id !== ""),
];

export const readWhole = (text: string): number => {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(text);
};

export const readCount = (text: string): number => {
  const count = readWhole(text);
  if (count < 1) throw new InvalidArgumentError("Expected at least 1.");
  return count;
};
