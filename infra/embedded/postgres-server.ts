import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "./postgres-cluster.ts";
import { commandLine, endProcess, identify, startedAt } from "./process-identity.ts";
import type { ChildSpec } from "./child-spec.ts";

/** Fast shutdown, then immediate: SIGTERM would wait for every client; SIGKILL leaves shared memory to its backends. */
const POSTGRES_STOP: NodeJS.Signals[] = ["SIGINT", "SIGQUIT", "SIGKILL"];
const STOP_GRACE_MS = 15_000;

/** postmaster.pid gives whole seconds, and the boot time it is compared with may be adjusted by a step of the clock. */
const SAME_START_SECONDS = 3;

interface Postmaster {
  pid: number;
  since: number;
  ready: boolean;
}

const postmaster = ({ location }: Cluster): Postmaster | undefined => {
  try {
    const lines = readFileSync(join(location, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), since: Number(lines[2]), ready: lines[7]?.trim() === "ready" };
  } catch {
    return undefined;
  }
};

/** A postmaster that survived its supervisor is ended; a pid file whose process is another one by now is removed. */
const clearLeftover = async (cluster: Cluster): Promise<void> => {
  const left = postmaster(cluster);
  if (left === undefined) return;
  const identity = identify(left.pid);
  const sameStart = Math.abs((startedAt(left.pid) ?? 0) - left.since) <= SAME_START_SECONDS;
  if (identity !== undefined && sameStart && commandLine(left.pid).includes(cluster.location)) {
    await endProcess(identity, POSTGRES_STOP, STOP_GRACE_MS);
  } else {
    rmSync(join(cluster.location, "postmaster.pid"), { force: true });
  }
};

const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  "max_connections=60",
  "log_min_messages=warning",
  "log_line_prefix=%m ",
];

const asOptions = (settings: string[]): string[] => settings.flatMap((setting) => ["-c", setting]);

/** How to run the cluster. `settings` are postgres `name=value` pairs that override the file. */
export const postgresSpec = (cluster: Cluster, settings: string[] = []): ChildSpec => ({
  name: "postgres",
  command: join(cluster.binaries, "bin", "postgres"),
  args: ["-D", cluster.location, "-p", String(cluster.port), ...asOptions([...SETTINGS, ...settings])],
  env: { PATH: process.env.PATH ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
  cwd: cluster.location,
  account: cluster.account,
  output: "file",
  stop: POSTGRES_STOP,
  stopGrace: STOP_GRACE_MS,
  prepare: () => clearLeftover(cluster),
  ready: (pid) => {
    const now = postmaster(cluster);
    return now?.pid === pid && now.ready;
  },
});
