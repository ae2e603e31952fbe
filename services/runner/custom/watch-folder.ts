import { type FSWatcher, watch } from "node:fs";
import type { Log } from "#infra/log.ts";
import { type Found, findExecutorFiles } from "./find-files.ts";

/** Saving a file is several steps: it is read when nothing has happened for so long. */
const SETTLED_MS = 150;
/** Network and bind mounts tell nobody of changes, and what lies deeper is not watched: so it is looked at as well. */
const LOOK_EVERY_MS = 2_000;

interface Options {
  readonly folder: string;
  readonly log: Log;
  /** What was found last. */
  readonly known: string;
  /** Awaited before the next look. */
  changed(found: Found): Promise<void>;
}

/** Tells of every change below a folder, which need not be there yet. */
export const watchFolder = ({ folder, log, known, changed }: Options): { stop(): Promise<void> } => {
  let told = known;
  let seen = known;
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  let stopped = false;
  let looking = Promise.resolve();

  const listen = (): void => {
    if (watcher) return;
    try {
      watcher = watch(folder, { persistent: false }, () => lookIn(SETTLED_MS));
      watcher.on("error", () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // Not there yet.
    }
  };

  /** Told only when two looks in a row found the same. */
  const look = async (): Promise<void> => {
    listen();
    const found = await findExecutorFiles(folder);
    const settled = found.fingerprint === seen;
    seen = found.fingerprint;
    if (settled && seen !== told) {
      told = seen;
      await changed(found);
    }
    lookIn(settled ? LOOK_EVERY_MS : SETTLED_MS);
  };

  const lookIn = (ms: number): void => {
    clearTimeout(timer);
    if (stopped) return;
    timer = setTimeout(() => {
      looking = looking.then(look).catch((error: unknown) => {
        log.error({ err: error, folder }, "the folder of executors could not be looked at");
        lookIn(LOOK_EVERY_MS);
      });
    }, ms);
  };

  listen();
  lookIn(LOOK_EVERY_MS);
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      watcher?.close();
      await looking;
    },
  };
};
