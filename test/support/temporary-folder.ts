import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A new folder under the system's temporary folder; root's are opened to the account Postgres runs as. */
export const temporaryFolder = (name: string): string => {
  const folder = mkdtempSync(join(tmpdir(), `longshore-${name}-`));
  if (process.getuid?.() === 0) chmodSync(folder, 0o711);
  return folder;
};
