import { chown, mkdir, rm, stat } from "node:fs/promises";
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

/** The asked-for folder, or a fresh empty one at `own` that belongs to the account and is removed afterwards. */
export const openFolder = async (
  asked: string | undefined,
  own: string,
  account: Account | undefined,
): Promise<Folder> => {
  if (asked !== undefined) {
    const found = await stat(asked).catch(() => undefined);
    if (!found?.isDirectory()) throw new NoSuchFolder(`The folder ${asked} does not exist.`);
    return { path: asked, fresh: false, remove: () => Promise.resolve() };
  }
  await mkdir(own, { mode: 0o700 });
  if (account) await chown(own, account.uid, account.gid);
  return { path: own, fresh: true, remove: () => rm(own, { recursive: true, force: true }) };
};
