import { join } from "node:path";
import { connect } from "node:net";
import type { ChildSpec } from "#infra/embedded/child-spec.ts";
import { freePort } from "#infra/embedded/free-port.ts";
import { clusterUrl, openCluster } from "#infra/embedded/postgres-cluster.ts";
import { postgresSpec } from "#infra/embedded/postgres-server.ts";
import { onLeash } from "../support/leash.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

/** A server a peer works on. */
export interface PeerServer {
  readonly url: string;
  readonly pid: number;
  /** SIGKILL and a new start on the same data; milliseconds until it serves again. */
  crash(): Promise<number>;
  stop(): Promise<void>;
}

const serve = async (spec: ChildSpec, log: string, url: string): Promise<PeerServer> => {
  let running = await onLeash(spec, log);
  return {
    url,
    get pid() {
      return running.pid;
    },
    crash: async () => {
      process.kill(running.pid, "SIGKILL");
      await running.stop();
      const began = performance.now();
      running = await onLeash(spec, log);
      return performance.now() - began;
    },
    stop: () => running.stop(),
  };
};

/** Redis answers PING with an error while it still loads. */
const ponged = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 1_000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => socket.write("PING\r\n"));
    socket.once("data", (chunk) => settle(chunk.toString().startsWith("+PONG")));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
  });

const PERSISTENCE = {
  none: ["--save", "", "--appendonly", "no"],
  always: ["--save", "", "--appendonly", "yes", "--appendfsync", "always"],
} as const;

/** The system's own redis-server on a port of its own; BullMQ asks for `noeviction`. */
export const startRedis = async (persistence: keyof typeof PERSISTENCE): Promise<PeerServer> => {
  const folder = temporaryFolder("redis");
  const port = await freePort();
  const settings = ["--bind", "127.0.0.1", "--dir", folder, "--maxmemory-policy", "noeviction"];
  const spec: ChildSpec = {
    name: "redis",
    command: "redis-server",
    args: ["--port", String(port), ...settings, ...PERSISTENCE[persistence]],
    env: { PATH: "/usr/bin:/bin:/usr/local/bin" },
    cwd: folder,
    output: "file",
    stop: ["SIGTERM"],
    stopGrace: 5_000,
    ready: () => ponged(port),
  };
  return serve(spec, join(folder, "redis.log"), `redis://127.0.0.1:${port}`);
};

/** The Postgres of the product, as the product sets it up: every commit on disk. */
export const startPostgres = async (): Promise<PeerServer> => {
  const folder = temporaryFolder("postgres");
  const cluster = await openCluster(folder, () => undefined);
  return serve(postgresSpec(cluster), join(folder, "postgres.log"), clusterUrl(cluster));
};
