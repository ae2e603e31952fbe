import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { ExecutorType } from "#schema/executor-type.ts";
import { type Executor, typeOf } from "./executor.ts";
import type { Ahead, Job } from "./slots/slot-protocol.ts";

/** A type of work and the module (a URL) that exports its executor. */
export interface Offered {
  readonly type: ExecutorType;
  readonly module: string;
  /** It keeps its work apart by itself. */
  readonly keepsApart?: boolean;
  /** The user's own, which may hang. */
  readonly own?: boolean;
}

const GRACE_MS = 5_000;

/** Who runs work of a type. */
export const hostOf = ({ type, keepsApart }: Offered): Job["host"] => {
  if (keepsApart === true || type.isolation === "inline") return "slot";
  return type.isolation === "thread" ? "thread" : "process";
};

/** How long work of a type may take to end once it is told to: threads and processes are ended by the slot, and our own code ends. */
export const graceOf = (offered: Offered): number | null =>
  offered.own === true && hostOf(offered) === "slot" ? GRACE_MS : null;

/** What slots load ahead: all but what gets a process of its own anyway. */
export const aheadFor = (offered: readonly Offered[]): Ahead => {
  const of = (host: Job["host"]): string[] =>
    offered.filter((one) => hostOf(one) === host).map(({ module }) => module);
  return { modules: of("slot"), inThread: of("thread") };
};

const ENDING = /\.executor\.[jt]s$/;

/** Every executor in the `executors` folder beside this program. Throws when two declare the same type. */
export const discoverExecutors = async (): Promise<readonly Offered[]> => {
  const folder = fileURLToPath(new URL("./executors/", import.meta.url));
  const names = (await readdir(folder, { recursive: true })).filter((name) => ENDING.test(name)).toSorted();
  const found = new Map<string, Offered>();
  for (const name of names) {
    const module = pathToFileURL(join(folder, name)).href;
    const { executor } = (await import(module)) as { executor?: Executor };
    if (!executor) throw new Error(`${name} exports no "executor"`);
    if (found.has(executor.type)) throw new Error(`${name} declares "${executor.type}" a second time`);
    found.set(executor.type, {
      type: typeOf(executor),
      module,
      keepsApart: executor.keepsApart === true,
    });
  }
  return [...found.values()];
};
