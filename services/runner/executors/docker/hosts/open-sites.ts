import type { Env } from "#infra/env.ts";
import { BadEnvironment, inheritedEnvironment } from "#infra/env.ts";
import type { Log } from "#infra/log.ts";
import { RUNNER_MARK } from "../../../processes/marks.ts";
import type { Dial } from "../engine/dial.ts";
import { parseAddress } from "#infra/engine-address.ts";
import type { HostSite } from "./host-site.ts";
import { type NamedHost, readHostsFile } from "#infra/hosts-file.ts";
import { openSocketFolder, socketIn } from "./socket-folder.ts";
import { openTunnel, type SshAddress, type Tunnel } from "./tunnel.ts";

/** What ssh needs of our environment to find the user's keys and agent. */
const FOR_SSH = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "SSH_AUTH_SOCK", "TMPDIR"];
const DEFAULT_ADDRESS = "unix:///var/run/docker.sock";

/** Every host of this runner, its own first, and the tunnels that lead to some of them. */
export interface Sites {
  readonly all: readonly HostSite[];
  /** What is wrong with the way to a host, as far as that is known here. */
  fault(host: string): string | null;
  stop(): Promise<void>;
}

interface Options {
  /** As it stands in the environment of this runner's processes. */
  readonly mark: string;
  readonly log: Log;
}

/** The runner's own engine: what DOCKER_HOST says, which the client library reads itself, but for ssh. Throws BadEnvironment. */
const ownSite = (
  { runnerId, dockerHost }: Env,
  tunnelTo: (name: string, at: SshAddress) => Dial,
): HostSite => {
  const address = dockerHost ?? DEFAULT_ADDRESS;
  const base = { name: runnerId, address, pinned: null };
  if (!address.startsWith("ssh:")) return { ...base, dial: { kind: "own" } };
  const at = parseAddress(address, false);
  if (at?.kind !== "ssh")
    throw new BadEnvironment(`DOCKER_HOST is "${address}"; expected an address such as ssh://user@host.`);
  return { ...base, dial: tunnelTo(runnerId, at) };
};

const dialOf = ({ name, at, certs }: NamedHost, tunnelTo: (name: string, at: SshAddress) => Dial): Dial => {
  switch (at.kind) {
    case "unix":
      return { kind: "socket", path: at.path };
    case "tcp":
      return { kind: "tcp", host: at.host, port: at.port, tls: at.tls, certs };
    case "ssh":
      return tunnelTo(name, at);
  }
};

/** A runner that is started again and again for a file somebody just broke would help nobody: then it does without. */
const namedHosts = ({ hostsFile, runnerId, supervised }: Env, log: Log): readonly NamedHost[] => {
  try {
    return readHostsFile(hostsFile, runnerId);
  } catch (error) {
    if (!supervised || !(error instanceof BadEnvironment)) throw error;
    log.error(`${error.message} Until it is mended, this runner has no host but its own.`);
    return [];
  }
};

/** Reads which hosts there are and begins to reach those that need a tunnel. Throws BadEnvironment unless supervised. */
export const openSites = (env: Env, { mark, log }: Options): Sites => {
  const named = namedHosts(env, log);
  const tunnels = new Map<string, Tunnel>();
  let folder: string | undefined;
  const tunnelTo = (name: string, at: SshAddress): Dial => {
    folder ??= openSocketFolder(env.data, mark);
    const socket = socketIn(folder, name);
    // By its mark it is found and ended when this process was killed and left it behind.
    const environment = { ...inheritedEnvironment(FOR_SSH), [RUNNER_MARK]: mark };
    tunnels.set(name, openTunnel(at, { name, socket, environment, log }));
    return { kind: "socket", path: socket };
  };
  const own = ownSite(env, tunnelTo);
  const others = named.map((host) => ({
    name: host.name,
    address: host.address,
    dial: dialOf(host, tunnelTo),
    pinned: host.engine,
  }));
  return {
    all: [own, ...others],
    fault: (host) => tunnels.get(host)?.fault() ?? null,
    stop: async () => {
      await Promise.all([...tunnels.values()].map((tunnel) => tunnel.stop()));
    },
  };
};
