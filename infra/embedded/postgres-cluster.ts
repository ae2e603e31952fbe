import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./free-port.ts";
import { type Account, postgresAccount } from "./postgres-account.ts";
import { postgresBinaries, systemFolder } from "./postgres-binaries.ts";
import { Fatal } from "#infra/service.ts";

/** What a data folder remembers about its database: the file `<data>/postgres.json`, for its owner only (0600). */
interface Remembered {
  location: string;
  password: string;
  port: number;
}

export interface Cluster extends Remembered {
  binaries: string;
  account: Account | undefined;
}

const USER = "longshore";
const DATABASE = "longshore";

/** Postgres' own UTF-8 locale: the same order on every machine, whatever locales it has. */
const INITDB =
  `--encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --auth=scram-sha-256 --username=${USER}`.split(
    " ",
  );

const remember = (data: string, { location, password, port }: Remembered): void =>
  writeFileSync(join(data, "postgres.json"), `${JSON.stringify({ location, password, port })}\n`, {
    mode: 0o600,
  });

const recall = (data: string): Remembered | undefined => {
  const file = join(data, "postgres.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Remembered) : undefined;
};

const mayWrite = (folder: string, account: Account): boolean => {
  try {
    execFileSync("/bin/sh", ["-c", 'test -w "$0" && test -x "$0"', folder], {
      cwd: "/",
      stdio: "pipe",
      ...account,
    });
    return true;
  } catch {
    return false;
  }
};

const ownFolder = (folder: string, account: Account | undefined): string => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  return folder;
};

/** In the data folder where the account can reach it; else beside the binaries under a name no other clone has. */
const chooseLocation = (data: string, account: Account | undefined): string => {
  const inside = ownFolder(join(data, "postgres"), account);
  if (account === undefined || mayWrite(inside, account)) return inside;
  rmSync(inside, { recursive: true });
  return ownFolder(join(systemFolder(), `data-${randomBytes(6).toString("hex")}`), account);
};

const environment = { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

const initialise = ({ binaries, account, location, password }: Cluster): void => {
  // A half-made cluster (initdb was cut off) holds nothing yet, and initdb wants an empty folder.
  rmSync(location, { recursive: true, force: true });
  ownFolder(location, account);
  const passwordFile = join(location, "..", `.initdb-${randomBytes(6).toString("hex")}`);
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account !== undefined) chownSync(passwordFile, account.uid, account.gid);
  const options = { cwd: location, env: environment, stdio: "pipe" as const, ...account };
  try {
    execFileSync(
      join(binaries, "bin", "initdb"),
      [...INITDB, "--pgdata", location, "--pwfile", passwordFile],
      options,
    );
    execFileSync(join(binaries, "bin", "postgres"), ["--single", "-D", location, "postgres"], {
      ...options,
      input: `CREATE DATABASE ${DATABASE};\n`,
    });
    writeFileSync(join(location, "longshore-ready"), "");
  } catch (error) {
    const said =
      error instanceof Error && "stderr" in error ? String(error.stderr).trim().split("\n").at(-1) : error;
    throw new Fatal(`Postgres could not set up its data folder ${location}: ${String(said)}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
};

/** The data folder's database cluster, made at first use; its port is the remembered one while that is free. */
export const openCluster = async (data: string, say: (line: string) => void): Promise<Cluster> => {
  const account = postgresAccount(say);
  const binaries = postgresBinaries(account, say);
  const known = recall(data);
  const cluster: Cluster = {
    binaries,
    account,
    location: known?.location ?? chooseLocation(data, account),
    password: known?.password ?? randomBytes(24).toString("base64url"),
    port: await freePort(known?.port),
  };
  remember(data, cluster);
  if (!existsSync(join(cluster.location, "longshore-ready"))) {
    say("setting up Postgres");
    initialise(cluster);
  }
  return cluster;
};

export const clusterUrl = ({ port, password }: Cluster): string =>
  `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`;
