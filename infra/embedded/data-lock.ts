import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fatal } from "#infra/service.ts";
import { identify, type Identity, isAlive } from "./process-identity.ts";

const textOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
};

const ownerOf = (text: string): Identity | undefined => {
  try {
    return JSON.parse(text) as Identity;
  } catch {
    return undefined;
  }
};

/** Moves a dead owner's lock away; puts it back when another start has taken over in between. */
const moveAway = (lock: string, seen: string): void => {
  const aside = `${lock}.${process.pid}.old`;
  try {
    renameSync(lock, aside);
    if (textOf(aside) !== seen) linkSync(aside, lock);
  } catch {
    // Somebody else moved it first.
  }
  rmSync(aside, { force: true });
};

const tryLink = (from: string, to: string): boolean => {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
};

/** Takes the data folder for this process; gives the function that lets it go. Throws Fatal while another has it. */
export const lockData = (data: string): (() => void) => {
  const lock = join(data, "lock");
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, JSON.stringify(identify(process.pid)), { mode: 0o600 });
  try {
    while (!tryLink(own, lock)) {
      const text = textOf(lock);
      if (text === undefined) continue;
      const owner = ownerOf(text);
      if (owner !== undefined && isAlive(owner)) {
        throw new Fatal(`Longshore is already running on ${data} (process ${owner.pid}).`);
      }
      moveAway(lock, text);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => rmSync(lock, { force: true });
};
