import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import type { Address } from "#infra/engine-address.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** A tunnel that stood as long as this was a good one: the next may be tried at once. */
const GOOD_MS = 10_000;
/** Of what ssh says when it fails, the end is the reason. */
const KEPT_WORDS = 2_000;
const END_MS = 1_000;

export type SshAddress = Extract<Address, { kind: "ssh" }>;

interface Options {
  readonly name: string;
  /** Path of the socket on this machine: at most 107 bytes. */
  readonly socket: string;
  /** All of ssh's environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
}

/** One ssh process that makes a far engine's socket one of this machine's. */
export interface Tunnel {
  /** Why there is none now, as ssh says it; null while it stands or nothing was said. */
  fault(): string | null;
  stop(): Promise<void>;
}

/** The user's own configuration, agent and known hosts count, but nobody is ever asked anything. */
export const sshArguments = ({ user, host, port, socket }: SshAddress, local: string): string[] => [
  "-N",
  "-T",
  ...["BatchMode=yes", "ExitOnForwardFailure=yes", "ConnectTimeout=10"].flatMap((option) => ["-o", option]),
  // A machine that vanished is noticed after 15 s.
  ...["ServerAliveInterval=5", "ServerAliveCountMax=3"].flatMap((option) => ["-o", option]),
  // A shared connection of the user's would take over the forwarding and let this process end.
  ...["ControlMaster=no", "ControlPath=none"].flatMap((option) => ["-o", option]),
  ...["StreamLocalBindUnlink=yes", "StreamLocalBindMask=0177"].flatMap((option) => ["-o", option]),
  "-L",
  `${local}:${socket}`,
  ...(user === null ? [] : ["-l", user]),
  ...(port === null ? [] : ["-p", String(port)]),
  "--",
  host.replace(/^\[|\]$/g, ""),
];

const lastLine = (words: string): string =>
  words
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .at(-1) ?? "";

/** Opens a tunnel and keeps it: what ends it is begun again, after 0.5 s and up to 30 s. */
export const openTunnel = (address: SshAddress, { name, socket, environment, log }: Options): Tunnel => {
  const stopped = new AbortController();
  let child: ChildProcess | undefined;
  let fault: string | null = null;

  /** Until ssh has ended. */
  const runOnce = async (): Promise<void> => {
    rmSync(socket, { force: true });
    const ssh = spawn("ssh", sshArguments(address, socket), {
      env: environment,
      stdio: ["ignore", "ignore", "pipe"],
    });
    child = ssh;
    let words = "";
    ssh.stderr.on("data", (bytes: Buffer) => {
      words = (words + bytes.toString()).slice(-KEPT_WORDS);
    });
    const good = setTimeout(() => {
      fault = null;
    }, GOOD_MS);
    try {
      const [code, signal] = (await once(ssh, "exit")) as [number | null, string | null];
      fault = lastLine(words) || `ssh ended (${signal ?? String(code)}).`;
    } catch (error) {
      const missing = (error as { code?: string }).code === "ENOENT";
      fault = missing ? "There is no ssh program on this machine." : (error as Error).message;
    } finally {
      clearTimeout(good);
      child = undefined;
    }
  };

  const keep = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    while (!stopped.signal.aborted) {
      const began = performance.now();
      await runOnce();
      if (stopped.signal.aborted) return;
      log.warn({ host: name, message: fault }, "the ssh tunnel to a host has ended");
      if (performance.now() - began > GOOD_MS) wait = FIRST_WAIT_MS;
      await sleep(wait, undefined, { signal: stopped.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };
  const done = keep();

  return {
    fault: () => fault,
    stop: async () => {
      stopped.abort();
      child?.kill("SIGTERM");
      await Promise.race([done, sleep(END_MS)]);
      child?.kill("SIGKILL");
      await done;
      rmSync(socket, { force: true });
    },
  };
};
