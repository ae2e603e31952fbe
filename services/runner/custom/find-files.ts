import { type Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const EXECUTOR = /\.executor\.(js|mjs|ts)$/;
/** A folder with more files than this is not a folder of executors, and is looked at only so far. */
const MOST_FILES = 5_000;

/** The executor files below a folder, in order, and a text that is another one when any file there has changed. */
export interface Found {
  readonly files: readonly string[];
  readonly fingerprint: string;
}

const entriesOf = (folder: string): Promise<Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);

const filesBelow = async (folder: string, all: string[] = []): Promise<string[]> => {
  for (const entry of await entriesOf(folder)) {
    if (all.length >= MOST_FILES) break;
    if (entry.name === "node_modules" || entry.name.startsWith(".")) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await filesBelow(path, all);
    else all.push(path);
  }
  return all;
};

const lineOf = async (path: string): Promise<string> => {
  const { size, mtimeMs, ino } = await stat(path).catch(() => ({ size: -1, mtimeMs: 0, ino: 0 }));
  return `${path}\0${size}\0${mtimeMs}\0${ino}`;
};

/** A folder that is not there has no files. */
export const findExecutorFiles = async (folder: string): Promise<Found> => {
  const all = (await filesBelow(folder)).toSorted();
  const lines = await Promise.all(all.map(lineOf));
  return { files: all.filter((path) => EXECUTOR.test(path)), fingerprint: lines.join("\n") };
};
