import Docker from "dockerode";
import { join } from "node:path";
import type { ChildSpec } from "#infra/embedded/child-spec.ts";
import { onLeash } from "../../support/leash.ts";
import { PODMAN } from "../../support/needs.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** Podman's service with a storage of its own. */
export interface Podman {
  readonly socket: string;
  readonly engine: Docker;
  /** Ends the service; its containers and images stay. */
  stop(): Promise<void>;
  restart(): Promise<void>;
}

export const startPodman = async (): Promise<Podman> => {
  const folder = temporaryFolder("podman");
  const socket = join(folder, "p.sock");
  const engine = new Docker({ socketPath: socket });
  const spec: ChildSpec = {
    name: "podman",
    command: PODMAN,
    args: [
      `--root=${join(folder, "root")}`,
      `--runroot=${join(folder, "run")}`,
      `--tmpdir=${join(folder, "tmp")}`,
      // Of all ways these need the least of the machine.
      "--storage-driver=vfs",
      "--cgroup-manager=cgroupfs",
      "--events-backend=file",
      "system",
      "service",
      "--time=0",
      `unix://${socket}`,
    ],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: folder },
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
