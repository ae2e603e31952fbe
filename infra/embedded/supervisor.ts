import { join } from "node:path";
import type { Env } from "#infra/env.ts";
import { Fatal } from "#infra/service.ts";
import { adminToken } from "./admin-token.ts";
import { ChildGroup } from "./child-group.ts";
import type { Witness } from "./children.ts";
import { prepareNats } from "./embedded-nats.ts";
import { isHealthy } from "./login-link.ts";
import { greets, natsSpec } from "./nats-server.ts";
import { clusterUrl, openCluster } from "./postgres-cluster.ts";
import { postgresSpec } from "./postgres-server.ts";
import { freeBytes } from "./preflight.ts";
import { prepareStores } from "./prepare-stores.ts";
import { endProcess, identify } from "./process-identity.ts";
import { readRunRecord, removeRunRecord, type RunRecord, survivors, writeRunRecord } from "./run-record.ts";
import { type Service, serviceSpec, type Surroundings } from "./services.ts";
import { say } from "./terminal.ts";
import { within } from "./within.ts";

const NATS_ANSWER_MS = 5_000;

interface Stores {
  natsUrl: string;
  seedFolder: string | null;
  databaseUrl: string;
}

export interface Supervisor {
  /** Brings everything up; resolves when the web server answers, with its address. Throws Fatal. */
  start(): Promise<string>;
  stop(force: boolean): Promise<void>;
}

const requireNats = async (url: string): Promise<void> => {
  const { hostname, port } = new URL(url.includes("://") ? url : `nats://${url}`);
  const sentence = `No NATS server answers at ${hostname}:${port || 4222} (LONGSHORE_NATS_URL).`;
  if (!(await within(greets(Number(port || 4222), hostname), NATS_ANSWER_MS, sentence)))
    throw new Fatal(sentence);
};

const endSurvivors = async (data: string): Promise<void> => {
  for (const { name, identity } of survivors(readRunRecord(data))) {
    say(`  ending ${name}, which an earlier start left running`);
    // SIGINT is Postgres' fast shutdown, and every other child also ends in order on it.
    await endProcess(identity, ["SIGINT", "SIGKILL"], 15_000);
  }
};

const reachable = (host: string): string => (host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host);

/** Everything one `npm start` runs, over a data folder that is already locked and checked. */
export const createSupervisor = (env: Env, services: readonly Service[]): Supervisor => {
  const { data } = env;
  const address = `http://${reachable(env.host)}:${env.port}`;
  const record: RunRecord = {
    supervisor: identify(process.pid)!,
    ready: false,
    url: address,
    natsUrl: "",
    seedFolder: null,
    databaseUrl: "",
    children: {},
  };
  const write = (): void => writeRunRecord(data, record);
  const witness: Witness = {
    started(name, identity) {
      if (identity !== undefined) record.children[name] = identity;
      write();
    },
    died(name, how, wait) {
      say(`  ${name} ended (${how}), starting it again in ${wait / 1000} s`);
    },
    warned(name, text) {
      say(`  ${name}: ${text}`);
    },
  };
  const children = new ChildGroup(join(data, "logs"), witness);

  const startNats = async (): Promise<Pick<Stores, "natsUrl" | "seedFolder">> => {
    const given = process.env.LONGSHORE_NATS_URL;
    if (given) {
      await requireNats(given);
      return { natsUrl: given, seedFolder: null };
    }
    const nats = await prepareNats(data, env.runnerId, (line) => say(`  ${line}`));
    await children.serving(natsSpec(nats));
    return { natsUrl: nats.url, seedFolder: nats.seedFolder };
  };
  const startPostgres = async (): Promise<string> => {
    if (env.databaseUrl !== null) return env.databaseUrl;
    const cluster = await openCluster(data, (line) => say(`  ${line}`));
    await children.serving(postgresSpec(cluster));
    return clusterUrl(cluster);
  };

  const seedFileOf = ({ seedFolder }: Stores): string | null =>
    seedFolder === null ? env.natsSeedFile : join(seedFolder, "provisioner.seed");

  return {
    async start() {
      await endSurvivors(data);
      write();
      say("Starting NATS and Postgres");
      const nats = await startNats();
      const stores: Stores = { ...nats, databaseUrl: await startPostgres() };
      Object.assign(record, stores);
      const seedFile = seedFileOf(stores);
      await prepareStores({ ...stores, seedFile, dataFree: freeBytes(data) });
      const token = adminToken(data, env.adminToken);
      const around: Surroundings = {
        ...stores,
        data,
        runnerId: env.runnerId,
        host: env.host,
        port: env.port,
        adminToken: token,
      };
      say(`Starting ${services.map(({ name }) => name).join(", ")}`);
      for (const service of services) children.keep(serviceSpec(service, around));
      await children.until(() => isHealthy(address), "Longshore");
      record.ready = true;
      write();
      return address;
    },
    async stop(force) {
      await children.stopAll(force);
      removeRunRecord(data);
    },
  };
};
