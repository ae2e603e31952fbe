import Docker from "dockerode";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChildSpec } from "#infra/embedded/child-spec.ts";
import { onLeash } from "../../../../../support/leash.ts";
import { PODMAN } from "../../../../../support/needs.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";

/** Podman's service with a storage of its own. */
export interface Podman {
  readonly socket: string;
  readonly engine: Docker;
  /** Ends the service; its containers and images stay. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

/** By itself it would raise these, which not every machine allows. */
const CONTAINERS = `[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
`;
/** Registries on loopback are spoken to without TLS, as Docker does by itself. */
const REGISTRIES = `unqualified-search-registries = ["docker.io"]
[[registry]]
location = "127.0.0.1"
insecure = true
`;

export const startPodman = async (): Promise<Podman> => {
  const folder = temporaryFolder("podman");
  const socket = join(folder, "p.sock");
  const engine = new Docker({ socketPath: socket });
  const networks = join(folder, "networks");
  mkdirSync(networks);
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const spec: ChildSpec = {
    name: "podman",
    command: PODMAN,
    args: [
      `--root=${join(folder, "root")}`,
      `--runroot=${join(folder, "run")}`,
      `--tmpdir=${join(folder, "tmp")}`,
      // Networks go nowhere else either.
      `--network-config-dir=${networks}`,
      // Of all ways these need the least of the machine.
      "--storage-driver=vfs",
      "--cgroup-manager=cgroupfs",
      "--events-backend=file",
      "system",
      "service",
      "--time=0",
      `unix://${socket}`,
    ],
    env: {
      PATH: "/usr/sbin:/usr/bin:/sbin:/bin",
      HOME: folder,
      CONTAINERS_CONF: write("containers.conf", CONTAINERS),
      CONTAINERS_REGISTRIES_CONF: write("registries.conf", REGISTRIES),
    },
    cwd: folder,
    output: "file",
    stop: ["SIGTERM", "SIGKILL"],
    stopGrace: 10_000,
    ready: () =>
      engine.ping().then(
        () => true,
        () => false,
      ),
  };
  const log = join(folder, "podman.log");
  let running = await onLeash(spec, log);
  return {
    socket,
    engine,
    stop: () => running.stop(),
    restart: async () => {
      running = await onLeash(spec, log);
    },
  };
};
