import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];

/** Has a folder removed with all that `temporaryFolder` made. */
export const removeInTheEnd = (folder: string): void => void made.push(folder);

/** Removes what was made so far. What somebody still writes into is tried again for a while, then left. */
export const removeMadeFolders = (): void => {
  for (const folder of made.splice(0)) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      process.stderr.write(`${folder} is left behind: ${String(error)}\n`);
    }
  }
};
// For programs outside vitest, and its main process; it ends its workers by a signal, without this event.
process.once("exit", removeMadeFolders);

/** A new folder under the system's temporary folder, gone after the test file; root's are open to Postgres' account. */
export const temporaryFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `longshore-${name}-`));
  removeInTheEnd(folder);
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  return folder;
};
