import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Executor } from "./executor.ts";

const ENDING = /\.executor\.[jt]s$/;

/** Every executor in the `executors` folder beside this program, by type. Throws when two declare the same type. */
export const discoverExecutors = async (): Promise<ReadonlyMap<string, Executor>> => {
  const folder = fileURLToPath(new URL("./executors/", import.meta.url));
  const names = (await readdir(folder, { recursive: true })).filter((name) => ENDING.test(name)).toSorted();
  const found = new Map<string, Executor>();
  for (const name of names) {
    const { executor } = (await import(pathToFileURL(join(folder, name)).href)) as { executor?: Executor };
    if (!executor) throw new Error(`${name} exports no "executor"`);
    if (found.has(executor.type)) throw new Error(`${name} declares "${executor.type}" a second time`);
    found.set(executor.type, executor);
  }
  return found;
};
