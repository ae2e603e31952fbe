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

interface Looked {
  readonly path: string;
  readonly line: string;
  /** Reading a pipe never ends. */
  readonly isFile: boolean;
}

const lookAt = async (path: string): Promise<Looked> => {
  const found = await stat(path).catch(() => undefined);
  const { size = -1, mtimeMs = 0, ino = 0 } = found ?? {};
  return { path, line: `${path}\0${size}\0${mtimeMs}\0${ino}`, isFile: found?.isFile() === true };
};

/** A folder that is not there has no files. */
export const findExecutorFiles = async (folder: string): Promise<Found> => {
  const all = await Promise.all((await filesBelow(folder)).toSorted().map(lookAt));
  return {
    files: all.filter(({ path, isFile }) => isFile && EXECUTOR.test(path)).map(({ path }) => path),
    fingerprint: all.map(({ line }) => line).join("\n"),
  };
};
