import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const made: string[] = [];
process.once("exit", () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A new folder under the system's temporary folder, gone with this process; root's are open to Postgres' account. */
export const temporaryFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `longshore-${name}-`));
  made.push(folder);
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  return folder;
};
