import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import postgres from "postgres";
import { inject } from "vitest";
import { freePort } from "#infra/embedded/free-port.ts";
import { renderNatsConfig } from "#infra/embedded/nats-config.ts";
import { natsSpec } from "#infra/embedded/nats-server.ts";
import { userKeys } from "#infra/nats/keys.ts";
import { natsUsers } from "#infra/nats/permissions.ts";
import { type Leashed, onLeash } from "./leash.ts";
import { temporaryFolder } from "./temporary-folder.ts";

export interface TestNats {
  url: string;
  port: number;
  /** The server's present process. */
  readonly pid: number;
  /** The seed file of a user: provisioner, scheduler, runner, monitor, projector, web. Only with `permissions`. */
  seedFile(user: string): string;
  /** SIGKILL; the store stays, `restart` brings it back. */
  kill9(): Promise<void>;
  /** Ends the server if it runs and starts it again on the same port and store. */
  restart(): Promise<void>;
  /** Ends the server and removes its store. */
  stop(): Promise<void>;
}

interface NatsOptions {
  /** True (the default): the product's users and allow-lists. False: anybody may do anything. */
  permissions?: boolean;
  runnerId?: string;
}

/** A nats-server of the test's own: free loopback port, empty store, every write on disk before its ack. */
export const startNats = async ({
  permissions = true,
  runnerId = "local",
}: NatsOptions = {}): Promise<TestNats> => {
  const folder = temporaryFolder("nats");
  const port = await freePort();
  const configFile = join(folder, "nats.conf");
  const rights = permissions ? natsUsers(runnerId) : [];
  const keys = userKeys(
    join(folder, "keys"),
    rights.map(({ name }) => name),
  );
  const users = rights.flatMap((user) => {
    const publicKey = keys.find(({ name }) => name === user.name)?.publicKey;
    return publicKey === undefined ? [] : [{ ...user, publicKey }];
  });
  writeFileSync(configFile, renderNatsConfig({ port, folder, maxFileStore: 4 * 1024 ** 3, users }));
  const spec = natsSpec({ binary: inject("natsServer"), folder, configFile, port });
  const log = join(folder, "nats.log");
  let server: Leashed = await onLeash(spec, log);
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    get pid() {
      return server.pid;
    },
    seedFile(user) {
      const key = keys.find(({ name }) => name === user);
      if (key === undefined)
        throw new Error(`no NATS user ${user}; there are: ${keys.map((k) => k.name).join(", ")}`);
      return key.seedFile;
    },
    async kill9() {
      process.kill(server.pid, "SIGKILL");
      await server.stop();
    },
    async restart() {
      await server.stop();
      server = await onLeash(spec, log);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

let databases = 0;

/** An empty database of the test's own in the shared Postgres. */
export const freshDatabase = async (): Promise<TestDatabase> => {
  const admin = inject("postgresUrl");
  databases += 1;
  const name = `test_${process.pid}_${databases}_${Date.now().toString(36)}`;
  const asAdmin = async (statement: string): Promise<void> => {
    const sql = postgres(admin, { max: 1, onnotice: () => undefined });
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  await asAdmin(`CREATE DATABASE ${name}`);
  const url = new URL(admin);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => asAdmin(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) };
};

export { startStack, type TestStack } from "./product.ts";
