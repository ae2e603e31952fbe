import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Identity, isAlive } from "./process-identity.ts";

/** `<data>/run.json`: what runs now on this data folder. Holds the database password, hence 0600. */
export interface RunRecord {
  supervisor: Identity;
  /** True once the web server answers. */
  ready: boolean;
  url: string;
  natsUrl: string;
  /** Folder with `<user>.seed` files; null when the NATS server is somebody else's. */
  seedFolder: string | null;
  databaseUrl: string;
  children: Record<string, Identity>;
}

const fileOf = (data: string): string => join(data, "run.json");

export const readRunRecord = (data: string): RunRecord | undefined => {
  if (!existsSync(fileOf(data))) return undefined;
  try {
    return JSON.parse(readFileSync(fileOf(data), "utf8")) as RunRecord;
  } catch {
    // Written with a rename, so unreadable means damaged by someone else: as good as absent.
    return undefined;
  }
};

export const writeRunRecord = (data: string, record: RunRecord): void => {
  const incoming = `${fileOf(data)}.${process.pid}`;
  writeFileSync(incoming, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  renameSync(incoming, fileOf(data));
};

export const removeRunRecord = (data: string): void => rmSync(fileOf(data), { force: true });

/** The children an earlier supervisor left running. */
export const survivors = (record: RunRecord | undefined): { name: string; identity: Identity }[] =>
  Object.entries(record?.children ?? {})
    .map(([name, identity]) => ({ name, identity }))
    .filter(({ identity }) => isAlive(identity));
