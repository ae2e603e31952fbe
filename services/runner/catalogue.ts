import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import type { ExecutorType } from "#schema/executor-type.ts";
import type { ExecutorFault } from "#schema/reports.ts";
import { createBundler } from "./custom/bundle.ts";
import { type Found, findExecutorFiles } from "./custom/find-files.ts";
import { createOwnExecutors } from "./custom/own-executors.ts";
import { watchFolder } from "./custom/watch-folder.ts";
import { aheadFor, type Offered } from "./discover.ts";
import type { Slots } from "./slots/slot.ts";

/** All this runner can do now: Longshore's own types and those of the user's folder. */
export interface Catalogue {
  offered(type: string): Offered | undefined;
  types(): ExecutorType[];
  readonly faults: readonly ExecutorFault[];
  stop(): Promise<void>;
}

interface Options {
  readonly builtIn: readonly Offered[];
  /** The user's folder; need not be there. */
  readonly folder: string;
  /** Longshore's own, for the modules made of the user's files. */
  readonly data: string;
  readonly slots: Slots;
  readonly log: Log;
  /** Types or faults are others now. */
  changed(): void;
}

/** A file that hangs when it is loaded keeps nobody from starting: what is read later is announced later. */
const FIRST_READ_MS = 5_000;

/** Reads the user's folder, and again whenever it changes. */
export const openCatalogue = async (options: Options): Promise<Catalogue> => {
  const { builtIn, folder, slots, log } = options;
  const bundler = createBundler(join(options.data, "executors.loaded"));
  await bundler.clear();
  const taken = new Set(builtIn.map(({ type }) => type.type));
  const own = createOwnExecutors({ folder, taken, bundler, slots, log });
  const all = (): readonly Offered[] => [...builtIn, ...own.offered];

  const read = async (found: Found): Promise<void> => {
    if (!(await own.read(found))) return;
    slots.renew(aheadFor(all()));
    log.info({ types: own.offered.map(({ type }) => type.type) }, "executors of the user's folder are read");
    options.changed();
  };
  const found = await findExecutorFiles(folder);
  const first = read(found);
  await Promise.race([first, sleep(FIRST_READ_MS, undefined, { ref: false })]);
  const watch = watchFolder({
    folder,
    log,
    known: found.fingerprint,
    changed: async (next) => {
      await first;
      await read(next);
    },
  });
  return {
    offered: (name) => all().find(({ type }) => type.type === name),
    types: () => all().map(({ type }) => type),
    get faults() {
      return own.faults;
    },
    stop: watch.stop,
  };
};
