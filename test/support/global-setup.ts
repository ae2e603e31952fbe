import { rmSync } from "node:fs";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { natsBinary } from "#infra/embedded/nats-binary.ts";
import { clusterUrl, openCluster } from "#infra/embedded/postgres-cluster.ts";
import { postgresSpec } from "#infra/embedded/postgres-server.ts";
import { onLeash } from "./leash.ts";
import { temporaryFolder } from "./temporary-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    natsServer: string;
    postgresUrl: string;
  }
}

/** Tests do not crash the machine, so Postgres need not wait for the disk. */
const IN_A_HURRY = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"];

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Once per run of the live tests: finds nats-server and starts the one Postgres they share. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const folder = temporaryFolder("test");
  project.provide("natsServer", (await natsBinary(join(folder, "cache"), say)).path);
  const cluster = await openCluster(folder, say);
  const server = await onLeash(postgresSpec(cluster, IN_A_HURRY), join(folder, "postgres.log"));
  project.provide("postgresUrl", clusterUrl(cluster));
  return async () => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
};
