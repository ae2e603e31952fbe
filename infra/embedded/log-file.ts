import { appendFileSync, existsSync, mkdirSync, openSync, renameSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** One older file is kept, so a log never takes more than twice this. */
const LIMIT_BYTES = 8 * 1024 * 1024;

const rotate = (path: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  if (existsSync(path) && statSync(path).size > LIMIT_BYTES) renameSync(path, `${path}.1`);
};

/** A descriptor for a process that writes its log itself; the size is only looked at here. */
export const openLog = (path: string): number => {
  rotate(path);
  return openSync(path, "a", 0o600);
};

/** Appends, never throws: a full disk must not end the supervisor. */
export const appendLog = (path: string): ((chunk: Buffer) => void) => {
  let written = Infinity;
  return (chunk) => {
    try {
      if (written > LIMIT_BYTES) {
        rotate(path);
        written = existsSync(path) ? statSync(path).size : 0;
      }
      appendFileSync(path, chunk, { mode: 0o600 });
      written += chunk.length;
    } catch {
      written = Infinity;
    }
  };
};
