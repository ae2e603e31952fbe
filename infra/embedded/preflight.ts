import { chmodSync, existsSync, mkdirSync, readFileSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Fatal } from "#infra/service.ts";
import { tryPort } from "./free-port.ts";

/** Raised when an older Longshore could no longer read what a newer one wrote. */
const DATA_VERSION = 1;

const MIB = 1024 * 1024;
const NEEDED_BYTES = 256 * MIB;

/** Makes the data folder. Throws Fatal when it cannot be used. */
export const openData = (data: string): void => {
  // Under root Postgres runs as another account, which must walk through; every secret is 0600 or in a 0700 folder.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  try {
    mkdirSync(data, { recursive: true, mode });
    chmodSync(data, mode);
  } catch (error) {
    throw new Fatal(
      `The data folder ${data} cannot be used: ${error instanceof Error ? error.message : ""}.`,
    );
  }
};

/** Marks a new data folder with this version; throws Fatal for one that a newer Longshore wrote. */
export const requireVersion = (data: string): void => {
  const file = join(data, "version");
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  // Empty: the disk was full when a first start marked the folder.
  if (text === "") return writeFileSync(file, `${DATA_VERSION}\n`);
  const found = Number(text);
  if (Number.isInteger(found) && found >= 1 && found <= DATA_VERSION) return;
  throw new Fatal(
    found > DATA_VERSION
      ? `The data folder ${data} was written by a newer Longshore (version ${found}, this one knows ${DATA_VERSION}): update Longshore, or set LONGSHORE_DATA to another folder.`
      : `The file ${file} does not hold a version number: this is not Longshore's data folder.`,
  );
};

/** Free bytes on the volume that holds the folder, for an ordinary user. */
export const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

export const requireSpace = (data: string, needed = NEEDED_BYTES): void => {
  const free = freeBytes(data);
  if (free >= needed) return;
  throw new Fatal(
    `The disk of ${data} is nearly full: ${Math.floor(free / MIB)} MiB are free, Longshore needs ${Math.ceil(needed / MIB)} MiB.`,
  );
};

/** The port to serve on (a free one for 0). Throws Fatal when it is taken or not allowed. */
export const requirePort = async (port: number, host: string): Promise<number> => {
  const answer = await tryPort(port, host);
  if ("port" in answer) return answer.port;
  const reason =
    answer.refused === "EADDRINUSE"
      ? "is taken by another program"
      : `cannot be listened on (${answer.refused})`;
  throw new Fatal(`Port ${port} on ${host} ${reason}: set LONGSHORE_PORT to another one.`);
};
