import type Docker from "dockerode";
import { join } from "node:path";
import { startContainers, type TestContainers } from "../../../../../support/containers.ts";
import { provisioned } from "../../../../../support/provisioned.ts";
import { startNats } from "../../../../../support/stack.ts";
import { temporaryFolder } from "../../../../../support/temporary-folder.ts";
import { bulkRuns } from "./bulk-run.ts";
import { type EngineProxy, startEngineProxy } from "../engine/engine-proxy.ts";
import { openPeer, type Peer } from "../../../peer.ts";
import { type RunnerProcess, startRunnerProcess } from "../../../program.ts";

/** Real containers, and a runner that reaches their engine through a socket that can be cut. */
export interface BulkGround {
  readonly peer: Peer;
  readonly containers: TestContainers;
  readonly proxy: EngineProxy;
  readonly runs: ReturnType<typeof bulkRuns>;
  readonly runner: RunnerProcess;
  /** Plans an action on all of them, four at once, and begins it; `more` goes into the payload. */
  begin(action: string, more?: object): Promise<string>;
  /** Kills the runner, and gives the task to its successor. */
  succeed(id: string): Promise<void>;
  /** How often each container died, in the order of their names. */
  deaths(): Promise<(number | undefined)[]>;
  end(): Promise<void>;
}

interface Site {
  /** An engine of the test's own, and its socket; the machine's otherwise. */
  readonly own?: { readonly engine: Docker; readonly socket: string };
  /** Where the runner finds the machine's engine, if not at its own socket. */
  readonly socket?: string;
  /** What differs from containers that idle, by their place. */
  readonly like?: (index: number) => Docker.ContainerCreateOptions;
}

export const bulkGround = async (count: number, { own, socket, like }: Site = {}): Promise<BulkGround> => {
  const wanted = { ...(own ? { engine: own.engine } : {}), ...(like ? { like } : {}) };
  const [nats, containers] = await Promise.all([
    startNats().then(provisioned),
    startContainers(count, wanted),
  ]);
  const proxy = await startEngineProxy(join(temporaryFolder("engine"), "docker.sock"), own?.socket ?? socket);
  const environment = { DOCKER_HOST: `unix://${proxy.path}` };
  const peer = await openPeer(nats);
  let runner = await startRunnerProcess(nats, environment);
  await peer.until("hello", () => peer.hellos.length > 0);
  const runs = bulkRuns(peer);
  return {
    peer,
    containers,
    proxy,
    runs,
    get runner() {
      return runner;
    },
    begin: async (action, more) => {
      const id = await runs.plan({ action, ids: [...containers.names], concurrency: 4, ...more });
      await peer.assign(id);
      return id;
    },
    succeed: async (id) => {
      await runner.kill9();
      await peer.fact(id, { type: "attempt-lost", message: "the runner was killed" });
      const hellos = peer.hellos.length;
      runner = await startRunnerProcess(nats, environment, runner.data);
      await peer.until("a hello", () => peer.hellos.length > hellos);
      await peer.assign(id);
    },
    deaths: async () => {
      const counted = await containers.deaths();
      return containers.names.map((name) => counted.get(name));
    },
    end: async () => {
      await runner.stop();
      await containers.remove();
      await peer.close();
      await nats.stop();
      await proxy.cut().catch(() => undefined);
    },
  };
};
