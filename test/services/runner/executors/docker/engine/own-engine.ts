import Docker from "dockerode";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChildSpec } from "#infra/embedded/child-spec.ts";
import { commandLine } from "#infra/embedded/process-identity.ts";
import { sendSignal } from "../../../../../../services/runner/groups/signal.ts";
import { livingProcesses } from "../../../../../../services/runner/processes/process-scan.ts";
import { CONTAINERD, ENGINE_PROGRAM } from "../../../../../support/needs.ts";
import { type Leashed, onLeash } from "../../../../../support/leash.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";

/** A dockerd of the test's own beside the machine's, that can be killed and comes back to the containers it left running. */
export interface OwnEngine {
  readonly engine: Docker;
  readonly socket: string;
  /** SIGKILL. */
  kill9(): Promise<void>;
  /** On the same data, unless it is running. */
  start(): Promise<void>;
  /** Ends it; containers live on unless they were removed before. */
  stop(): Promise<void>;
}

const server = (folder: string, command: string, args: string): Omit<ChildSpec, "name" | "ready"> => ({
  command,
  args: args.split(" "),
  env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
  cwd: folder,
  output: "file",
  stop: ["SIGTERM"],
  stopGrace: 20_000,
});

/** One that was killed leaves its data mounted, and the next mounts it once more: nothing of it could be removed. */
const unmountBelow = (folder: string): void => {
  const points = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "")
    .filter((point) => point.startsWith(`${folder}/`));
  for (const point of points.toReversed()) execFileSync("umount", ["--lazy", point]);
};

/** One that was killed may have lost track of a container: its shim and its first process go on. */
const endShims = (folder: string): void => {
  const all = livingProcesses();
  const shims = new Set(
    all.map(({ pid }) => pid).filter((pid) => commandLine(pid).some((word) => word.startsWith(folder))),
  );
  for (const { pid, parent } of all) if (shims.has(pid) || shims.has(parent)) sendSignal(pid, "SIGKILL");
};

export const startOwnEngine = async (): Promise<OwnEngine> => {
  // A socket's path may have 107 bytes at most.
  const folder = temporaryFolder("engine");
  const [socket, tasks] = [join(folder, "d.sock"), join(folder, "c.sock")];
  const engine = new Docker({ socketPath: socket });
  // By itself, as systemd would start it: one that dockerd starts dies with it a little later than it comes back.
  const containerd: ChildSpec = {
    ...server(
      folder,
      CONTAINERD,
      `--address ${tasks} --root ${join(folder, "containerd")} --state ${join(folder, "state")}`,
    ),
    name: "containerd",
    ready: () => Promise.resolve(existsSync(tasks)),
  };
  const dockerd: ChildSpec = {
    // In a network of its own: one without a bridge removes the machine's docker0 when it starts.
    ...server(
      folder,
      "unshare",
      `--net ${ENGINE_PROGRAM} --host unix://${socket} --containerd ${tasks} --live-restore` +
        ` --data-root ${join(folder, "data")} --exec-root ${join(folder, "exec")} --pidfile ${join(folder, "d.pid")}` +
        " --bridge=none --iptables=false --ip6tables=false",
    ),
    name: "dockerd",
    ready: () =>
      engine
        .ping()
        .then(() => true)
        .catch(() => false),
  };
  const beneath = await onLeash(containerd, join(folder, "containerd.log"));
  let running: Leashed | undefined;
  const start = async (): Promise<void> => {
    running ??= await onLeash(dockerd, join(folder, "dockerd.log"));
  };
  await start();
  return {
    engine,
    socket,
    start,
    kill9: async () => {
      if (!running) return;
      process.kill(running.pid, "SIGKILL");
      await running.stop();
      running = undefined;
    },
    stop: async () => {
      await running?.stop();
      await beneath.stop();
      endShims(folder);
      unmountBelow(folder);
    },
  };
};
