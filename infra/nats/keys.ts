import { createUser, fromSeed } from "@nats-io/nkeys";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface UserKey {
  name: string;
  publicKey: string;
  seedFile: string;
}

/** One nkey per user under `folder`, made where missing; seed files are for their owner only (0600). */
export const userKeys = (folder: string, names: string[]): UserKey[] => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return names.map((name) => {
    const seedFile = join(folder, `${name}.seed`);
    if (!existsSync(seedFile)) writeFileSync(seedFile, createUser().getSeed(), { mode: 0o600, flush: true });
    return { name, publicKey: fromSeed(readFileSync(seedFile)).getPublicKey(), seedFile };
  });
};
