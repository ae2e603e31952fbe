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
