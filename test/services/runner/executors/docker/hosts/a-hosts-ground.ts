import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { HostInfo, HostList, InventoryAnswer } from "#schema/host-api.ts";
import { querySubject } from "#schema/subjects.ts";
import { provisioned } from "../../../../../support/provisioned.ts";
import { startNats } from "../../../../../support/stack.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { pathBehind } from "../../../../../support/vain-start.ts";
import { bulkRuns } from "../bulk/bulk-run.ts";
import { openPeer, type Peer } from "../../../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../../../program.ts";

/** A runner with a hosts file. */
export interface HostsGround {
  readonly peer: Peer;
  readonly runs: ReturnType<typeof bulkRuns>;
  readonly runner: RunnerProcess;
  hosts(): Promise<readonly HostInfo[]>;
  host(name: string): Promise<HostInfo | undefined>;
  inventory(host: string, list: HostList): Promise<InventoryAnswer>;
  kill9(): Promise<void>;
  /** A successor of a runner that was ended; `file`: its hosts. */
  restart(file?: readonly object[]): Promise<void>;
  end(): Promise<void>;
}

/** `bin`: folder put before PATH; `own`: address of the runner's own engine. */
export const hostsGround = async (
  file: readonly object[],
  bin?: string,
  own?: string,
): Promise<HostsGround> => {
  const nats = await provisioned(await startNats());
  const peer = await openPeer(nats);
  const data = temporaryFolder("runner");
  const environment = {
    ...(bin === undefined ? {} : { PATH: pathBehind(bin) }),
    ...(own === undefined ? {} : { DOCKER_HOST: own }),
  };
  const start = async (hosts: readonly object[]): Promise<RunnerProcess> => {
    writeFileSync(join(data, "hosts.json"), JSON.stringify(hosts));
    const hellos = peer.hellos.length;
    const runner = await startRunnerProcess(nats, environment, data);
    await peer.until("a hello", () => peer.hellos.length > hellos, 30_000);
    return runner;
  };
  let runner = await start(file);
  const hosts = () => peer.ask<readonly HostInfo[]>(querySubject("local", "hosts"));
  return {
    peer,
    runs: bulkRuns(peer),
    get runner() {
      return runner;
    },
    hosts,
    host: async (wanted) => (await hosts()).find(({ name }) => name === wanted),
    inventory: (host, list) => peer.ask<InventoryAnswer>(querySubject("local", "inventory"), { host, list }),
    kill9: () => runner.kill9(),
    restart: async (next = file) => {
      runner = await start(next);
    },
    end: async () => {
      await runner.stop();
      await peer.close();
      await nats.stop();
    },
  };
};
