import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { InvalidArgumentError } from "commander";
import { WrongUsage } from "./failures.ts";

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const contentOf = async (source: string): Promise<string> => {
  if (source === "-") return text(process.stdin);
  if (!source.startsWith("@")) return source;
  try {
    return await readFile(source.slice(1), "utf8");
  } catch (error) {
    throw new WrongUsage(`The payload cannot be read: ${reasonOf(error)}.`);
  }
};

/** A payload: JSON itself, `@file`, or `-` for standard input. Throws WrongUsage for what is not JSON. */
export const readPayload = async (source: string): Promise<unknown> => {
  const content = await contentOf(source);
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    throw new WrongUsage(`The payload is not JSON: ${reasonOf(error)}.`);
  }
};

/** `key=value`, added to those before it. */
export const readLabel = (
  pair: string,
  before: Readonly<Record<string, string>> = {},
): Record<string, string> => {
  const at = pair.indexOf("=");
  if (at < 1) throw new InvalidArgumentError("Expected key=value.");
  return { ...before, [pair.slice(0, at)]: pair.slice(at + 1) };
};

/** One more of something that may be said several times, or at once with commas. */
export const readIds = (ids: string, before: readonly string[] = []): string[] => [
  ...before,
  ...ids.split(",").filter((id) => id !== ""),
];

export const readWhole = (digits: string): number => {
  if (!/^\d{1,15}$/.test(digits)) throw new InvalidArgumentError("Expected a whole number.");
  return Number(digits);
};

export const readCount = (digits: string): number => {
  const count = readWhole(digits);
  if (count < 1) throw new InvalidArgumentError("Expected at least 1.");
  return count;
};
