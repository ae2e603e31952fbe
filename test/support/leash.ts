import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { once } from "node:events";
import type { ChildSpec } from "#infra/embedded/child-spec.ts";
import { endProcess, identify, isAlive } from "#infra/embedded/process-identity.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";

/** Ends the server when its standard input closes, so a test run that is killed leaves no server behind. */
const LEASH = '"$@" >&2 & echo $!; read -r _; kill -s "$STOP" $! 2>/dev/null; wait';

export interface Leashed {
  pid: number;
  stop(): Promise<void>;
}

const announcedPid = async (leash: ChildProcess): Promise<number> => {
  const [line] = (await once(leash.stdout!, "data")) as [Buffer];
  return Number(line.toString().trim());
};

/** Runs a server for a test and waits until it serves; throws with the log's path when it does not. */
export const onLeash = async (spec: ChildSpec, logFile: string): Promise<Leashed> => {
  await spec.prepare?.();
  const log = openSync(logFile, "a");
  const leash = spawn("/bin/sh", ["-c", LEASH, "sh", spec.command, ...spec.args], {
    cwd: spec.cwd,
    env: { ...spec.env, STOP: (spec.stop[0] ?? "SIGTERM").replace("SIG", "") },
    stdio: ["pipe", "pipe", log],
    detached: true,
    ...spec.account,
  });
  closeSync(log);
  const ended = once(leash, "exit");
  leash.stdin!.on("error", () => undefined);
  const pid = await announcedPid(leash);
  const identity = identify(pid);
  const stop = async (): Promise<void> => {
    if (identity !== undefined) await endProcess(identity, [...spec.stop, "SIGKILL"], spec.stopGrace);
    leash.stdin!.end();
    await ended;
  };
  const gone = (): boolean => identity === undefined || !isAlive(identity);
  const up = await waitUntil(async () => gone() || ((await spec.ready?.(pid)) ?? true), { within: 60_000 });
  if (up === undefined || gone()) {
    await stop();
    throw new Error(`${spec.name} did not come up, see ${logFile}`);
  }
  return { pid, stop };
};
