import { chown, mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Account } from "./account.ts";

/** Where a command runs. */
export interface Folder {
  readonly path: string;
  /** True for a fresh one of its own. */
  readonly fresh: boolean;
  remove(): Promise<void>;
}

/** Thrown for a folder that is not there. */
export class NoSuchFolder extends Error {
  override readonly name = "NoSuchFolder";
}

/** The asked-for folder, or a fresh empty one that belongs to the account and is removed afterwards. */
export const openFolder = async (
  asked: string | undefined,
  account: Account | undefined,
): Promise<Folder> => {
  if (asked !== undefined) {
    const found = await stat(asked).catch(() => undefined);
    if (!found?.isDirectory()) throw new NoSuchFolder(`The folder ${asked} does not exist.`);
    return { path: asked, fresh: false, remove: () => Promise.resolve() };
  }
  const path = await mkdtemp(join(tmpdir(), "longshore-command-"));
  if (account) await chown(path, account.uid, account.gid);
  return { path, fresh: true, remove: () => rm(path, { recursive: true, force: true }) };
};
