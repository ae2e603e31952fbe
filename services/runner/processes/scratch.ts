import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Named after runner and attempt, so that folders whose owner was killed are found again. */
const prefixOf = (runner: string): string =>
  `longshore-command-${createHash("sha256").update(runner).digest("hex").slice(0, 12)}-`;

/** Where an attempt may have a folder of its own. Both arguments as they stand in the processes' marks. */
export const scratchPath = (runner: string, attempt: string): string =>
  join(tmpdir(), prefixOf(runner) + attempt);

/** What cannot be removed now is found at the runner's next start. */
const remove = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);

export const removeScratch = (runner: string, attempt: string): Promise<void> =>
  remove(scratchPath(runner, attempt));

/** Only while nothing of this runner is at work. */
export const removeAllScratch = async (runner: string): Promise<void> => {
  const prefix = prefixOf(runner);
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names) if (name.startsWith(prefix)) await remove(join(tmpdir(), name));
};
