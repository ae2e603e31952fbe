import { createHash } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A socket's path may have 107 bytes; its name here has 12. */
const LONGEST_FOLDER = 94;

/** Ends with what tells this runner's folder from any other's, so that it is found again. */
const folderIn = (parent: string, mark: string): string =>
  join(parent, `longshore-${createHash("sha256").update(mark).digest("hex").slice(0, 12)}`);

/**
 * An empty folder for this runner's sockets, open to nobody else; what an earlier process of it left is gone. Below the data
 * folder, or where that lies too deep for a socket's path below the system's for temporary files.
 */
export const openSocketFolder = (data: string, mark: string): string => {
  const below = folderIn(data, mark);
  const folder = Buffer.byteLength(below) <= LONGEST_FOLDER ? below : folderIn(tmpdir(), mark);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  // Anybody may make folders among temporary files: one that is there again now is somebody else's, and this throws.
  mkdirSync(folder, { mode: 0o700 });
  return folder;
};

export const socketIn = (folder: string, host: string): string =>
  join(folder, `${createHash("sha256").update(host).digest("hex").slice(0, 7)}.sock`);
