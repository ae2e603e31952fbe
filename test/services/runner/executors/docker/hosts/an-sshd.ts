import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { connect } from "node:net";
import { freePort } from "#infra/embedded/free-port.ts";
import { sendSignal } from "../../../../../../services/runner/groups/signal.ts";
import { livingProcesses } from "../../../../../../services/runner/processes/process-scan.ts";
import { SSHD } from "../../../../../support/needs.ts";
import { until } from "../../../../../support/until.ts";

/** A real ssh server on loopback for this test's user and keys, and an `ssh` that uses those. */
export interface Sshd {
  readonly port: number;
  readonly user: string;
  /** Folder to be put before PATH: its `ssh` reads this test's configuration instead of the user's. */
  readonly bin: string;
  /** Makes the client forget the server's key. */
  distrust(): void;
  /** Kills the server and every connection it serves. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });

export const startSshd = async (folder: string): Promise<Sshd> => {
  const port = await freePort();
  for (const name of ["host", "user"])
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(folder, name)]);
  const knownHosts = join(folder, "known_hosts");
  writeFileSync(knownHosts, `[127.0.0.1]:${port} ${readFileSync(join(folder, "host.pub"), "utf8")}`);
  const write = (name: string, lines: readonly string[]): string => {
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
    return join(folder, name);
  };
  const serverConfig = write("sshd_config", [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${join(folder, "user.pub")}`,
    "PidFile none",
    // Folders of a test are not as private as ssh wants homes to be.
    "StrictModes no",
    "UsePAM no",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PermitRootLogin prohibit-password",
  ]);
  const clientConfig = write("ssh_config", [
    `IdentityFile ${join(folder, "user")}`,
    "IdentitiesOnly yes",
    `UserKnownHostsFile ${knownHosts}`,
    "GlobalKnownHostsFile none",
    "StrictHostKeyChecking yes",
  ]);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "ssh"), `#!/bin/sh\nexec /usr/bin/ssh -F '${clientConfig}' "$@"\n`);
  chmodSync(join(bin, "ssh"), 0o755);
  // Where the server puts what it runs apart; the package's service makes it otherwise.
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });

  let server: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    // A group of its own: its connections are processes of its own, and end with it only when they are killed too.
    server = spawn(SSHD, ["-D", "-e", "-f", serverConfig], { detached: true, stdio: "ignore" });
    await until("sshd", () => answers(port));
  };
  await start();
  return {
    port,
    user: userInfo().username,
    bin,
    start,
    distrust: () => writeFileSync(knownHosts, ""),
    kill: async () => {
      const ending = server;
      server = undefined;
      if (ending?.pid === undefined) return;
      const ended = once(ending, "exit");
      endFamily(ending.pid);
      await ended;
    },
  };
};

/** sshd's processes for connections open sessions of their own, so they are found by who their parent is. */
const endFamily = (pid: number): void => {
  const living = livingProcesses();
  const family = [pid];
  for (const member of family)
    family.push(...living.filter(({ parent }) => parent === member).map((one) => one.pid));
  for (const member of family) sendSignal(member, "SIGKILL");
};
