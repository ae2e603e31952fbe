import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { inheritedEnvironment } from "#infra/env.ts";
import type { Log } from "#infra/log.ts";
import { SLOT_ENTRY } from "../entries.ts";
import type { GroupSite } from "../groups/groups.ts";
import { createSharedHost } from "./shared-host.ts";
import { INHERITED } from "./slot-environment.ts";
import type { Holder, Slot, Slots } from "./slot.ts";
import type { Ahead, FromSlot, ToSlot } from "./slot-protocol.ts";

/** Processes kept warm beyond those at work: one saves its start-up time, more than four only memory. */
const IDLE_AT_LEAST = 1;
const IDLE_AT_MOST = 4;

interface Host {
  readonly child: ChildProcess;
  holder: Holder | undefined;
  /** Not to be given work any more; a killed process stays connected for a moment. */
  stale: boolean;
}

interface Options {
  /** Marks them as this runner's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Log;
  readonly groups: GroupSite;
  readonly ahead: Ahead;
}

/** Warm host processes, made when needed. */
export const createSlots = ({ environment, log, groups, ...first }: Options): Slots => {
  const hosts = new Set<Host>();
  let { ahead } = first;
  let ended = false;

  const start = (): Host => {
    const child = fork(fileURLToPath(SLOT_ENTRY), [], {
      env: { ...inheritedEnvironment(INHERITED), ...environment },
      execArgv: ["--enable-source-maps"],
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    const host: Host = { child, holder: undefined, stale: false };
    hosts.add(host);
    child.send({ kind: "prepare", groups, ...ahead } satisfies ToSlot);
    child.on("message", (message) => host.holder?.hear(message as FromSlot));
    const gone = (why: object): void => {
      hosts.delete(host);
      const { holder } = host;
      host.holder = undefined;
      if (!holder) return;
      log.warn(why, "a slot's process ended while at work");
      holder.died();
    };
    child.on("error", (error) => {
      log.error({ err: error }, "a slot's process cannot be reached");
      // One that could not be started never exits.
      if (child.pid === undefined) gone({ err: error });
    });
    child.on("exit", (code, signal) => gone({ code, signal }));
    return host;
  };

  const idle = (): Host[] =>
    [...hosts].filter(({ holder, child, stale }) => !holder && child.connected && !stale);
  const keepWarm = (): void => {
    if (ended) return;
    const spare = idle();
    for (let missing = IDLE_AT_LEAST - spare.length; missing > 0; missing -= 1) start();
    for (const host of spare.slice(IDLE_AT_MOST)) {
      host.stale = true;
      host.child.kill("SIGKILL");
    }
  };

  const take = (holder: Holder): Slot => {
    const host = idle()[0] ?? start();
    host.holder = holder;
    keepWarm();
    return {
      pid: host.child.pid,
      send: (message) => {
        if (host.child.connected) host.child.send(message);
      },
      release: () => {
        host.holder = undefined;
        if (host.stale) host.child.kill("SIGKILL");
        keepWarm();
      },
      kill: () => {
        host.holder = undefined;
        host.stale = true;
        host.child.kill("SIGKILL");
      },
    };
  };

  keepWarm();
  return {
    take,
    takeShared: createSharedHost({ take }).take,
    renew: (wanted) => {
      ahead = wanted;
      for (const host of hosts) {
        host.stale = true;
        if (!host.holder) host.child.kill("SIGKILL");
      }
      keepWarm();
    },
    end: () => {
      ended = true;
      for (const host of hosts) {
        host.holder = undefined;
        host.child.kill("SIGKILL");
      }
    },
  };
};
