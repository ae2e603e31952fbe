import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fromDebian } from "./nats-debian.ts";
import { fromRelease } from "./nats-release.ts";
import { compareVersions, isNewEnough, natsVersion, OLDEST_NATS } from "./nats-version.ts";
import { Fatal } from "#infra/service.ts";

export interface NatsBinary {
  path: string;
  version: string;
}

const userCache = (): string => join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "longshore");

/** The user's cache folder; an account without a home it may write to (a service user) gets `fallback`. */
const cacheFolder = (fallback: string): string => {
  try {
    mkdirSync(userCache(), { recursive: true });
    return userCache();
  } catch {
    mkdirSync(fallback, { recursive: true });
    return fallback;
  }
};

const onPath = (say: (line: string) => void): NatsBinary | undefined => {
  for (const folder of (process.env.PATH ?? "").split(delimiter).filter(Boolean)) {
    const path = join(folder, "nats-server");
    const version = existsSync(path) ? natsVersion(path) : undefined;
    if (version === undefined) continue;
    if (isNewEnough(version)) return { path, version };
    say(`skipping ${path}: it is ${version}, Longshore needs ${OLDEST_NATS} or newer`);
  }
  return undefined;
};

const cached = (cache: string): NatsBinary | undefined =>
  readdirSync(cache)
    .filter((name) => name.startsWith(`nats-server-${process.platform}-${process.arch}-`))
    .flatMap((name) => {
      const version = natsVersion(join(cache, name));
      return version !== undefined && isNewEnough(version) ? [{ path: join(cache, name), version }] : [];
    })
    .toSorted((a, b) => compareVersions(b.version, a.version))[0];

/** The first line of the innermost reason: fetch itself only says that it failed. */
const inShort = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? (error.message.split("\n")[0] ?? "") : inShort(error.cause);
};

const keep = (fetched: string, cache: string): NatsBinary => {
  const version = natsVersion(fetched);
  if (version === undefined) throw new Error("the fetched nats-server does not run on this machine");
  if (!isNewEnough(version)) throw new Error(`the fetched nats-server is only ${version}`);
  const path = join(cache, `nats-server-${process.platform}-${process.arch}-${version}`);
  const incoming = `${path}.${process.pid}`;
  copyFileSync(fetched, incoming);
  chmodSync(incoming, 0o755);
  renameSync(incoming, path);
  return { path, version };
};

const fetched = async (cache: string, say: (line: string) => void): Promise<NatsBinary> => {
  const work = mkdtempSync(join(cache, "fetching-"));
  const failures: string[] = [];
  try {
    for (const source of [fromRelease, fromDebian]) {
      try {
        return keep(await source(work, say), cache);
      } catch (error) {
        failures.push(inShort(error));
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  throw new Fatal(
    `No nats-server could be fetched (official release: ${failures[0]}; Debian archive: ${failures[1]}): ` +
      `put nats-server ${OLDEST_NATS} or newer on PATH, or set LONGSHORE_NATS_URL to a running one, ` +
      "or start once with a way to the internet or a Debian mirror.",
  );
};

/** The nats-server to run: from PATH, else cached, else fetched once into the user's cache folder. */
export const natsBinary = async (fallbackCache: string, say: (line: string) => void): Promise<NatsBinary> => {
  const installed = onPath(say);
  if (installed !== undefined) return installed;
  const cache = cacheFolder(fallbackCache);
  return cached(cache) ?? (await fetched(cache, say));
};
