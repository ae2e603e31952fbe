import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import type { ChildSpec } from "./child-spec.ts";
import { commandLine, endProcess, identify } from "./process-identity.ts";

const STOP: NodeJS.Signals[] = ["SIGTERM", "SIGKILL"];
const STOP_GRACE_MS = 10_000;

/** Two servers on one store destroy it and nats-server takes no lock, so one that is left over is ended first. */
const clearLeftover = async (folder: string, configFile: string): Promise<void> => {
  let pid: number;
  try {
    pid = Number(readFileSync(join(folder, "nats.pid"), "utf8"));
  } catch {
    return;
  }
  const identity = identify(pid);
  if (identity === undefined || !commandLine(pid).includes(configFile)) return;
  await endProcess(identity, STOP, STOP_GRACE_MS);
};

/** The server greets every connection with an INFO line as soon as it serves; with JetStream only after recovery. */
export const greets = (port: number, host = "127.0.0.1"): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 1000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("data", (chunk) => settle(chunk.toString().startsWith("INFO ")));
    socket.once("error", () => settle(false));
    socket.once("timeout", () => settle(false));
    socket.once("close", () => resolve(false));
  });

export interface EmbeddedNats {
  binary: string;
  folder: string;
  configFile: string;
  port: number;
}

export const natsSpec = ({ binary, folder, configFile, port }: EmbeddedNats): ChildSpec => ({
  name: "nats",
  command: binary,
  args: ["--config", configFile],
  env: { PATH: process.env.PATH ?? "/usr/bin:/bin" },
  cwd: folder,
  output: "file",
  stop: STOP,
  stopGrace: STOP_GRACE_MS,
  prepare: () => clearLeftover(folder, configFile),
  ready: () => greets(port),
});
