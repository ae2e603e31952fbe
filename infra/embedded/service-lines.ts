import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const WARNING = 40;
const LONGEST = 200;

/** The level and message of a pino line; undefined for any other line. */
const parsed = (line: string): { level: number; text: string } | undefined => {
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: number;
      msg?: string;
      err?: { message?: string };
    };
    if (typeof level !== "number") return undefined;
    return { level, text: [msg, err?.message].filter(Boolean).join(": ") };
  } catch {
    return undefined;
  }
};

/** Calls `onWarning` with each new warning or error of a service's log, shortened; a repeat of the last one is left out. */
export const watchWarnings = (output: Readable, onWarning: (text: string) => void): void => {
  let last = "";
  createInterface({ input: output }).on("line", (line) => {
    const entry = parsed(line);
    if (entry === undefined || entry.level < WARNING || entry.text === last) return;
    last = entry.text;
    onWarning(entry.text.length > LONGEST ? `${entry.text.slice(0, LONGEST)}…` : entry.text);
  });
};

/** Calls `onError` with the line that names the error when a program ends with a stack instead of a log line. */
export const watchCrashes = (errors: Readable, onError: (text: string) => void): void => {
  createInterface({ input: errors }).on("line", (line) => {
    if (/^(Uncaught )?\w*Error\b.*: /.test(line)) onError(line.slice(0, LONGEST));
  });
};
