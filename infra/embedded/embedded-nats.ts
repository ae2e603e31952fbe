import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { userKeys } from "#infra/nats/keys.ts";
import { natsUsers } from "#infra/nats/permissions.ts";
import { freePort } from "./free-port.ts";
import { natsBinary } from "./nats-binary.ts";
import { renderNatsConfig } from "./nats-config.ts";
import type { EmbeddedNats } from "./nats-server.ts";

/** JetStream reserves every stream's byte limit against this, also of streams made when more was free. */
const MAX_FILE_STORE = 64 * 1024 ** 3;

const portBefore = (configFile: string): number => {
  if (!existsSync(configFile)) return 0;
  return Number(/^listen: "[^"]*:(\d+)"$/m.exec(readFileSync(configFile, "utf8"))?.[1] ?? 0);
};

interface PreparedNats extends EmbeddedNats {
  url: string;
  seedFolder: string;
}

/** Finds the server, makes the users' keys and writes the configuration; the port stays the same while it is free. */
export const prepareNats = async (
  data: string,
  runnerId: string,
  say: (line: string) => void,
): Promise<PreparedNats> => {
  const { path } = await natsBinary(join(data, "cache"), say);
  const folder = join(data, "nats");
  const seedFolder = join(folder, "keys");
  const configFile = join(folder, "nats.conf");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const users = natsUsers(runnerId);
  const keys = userKeys(
    seedFolder,
    users.map(({ name }) => name),
  );
  const port = await freePort(portBefore(configFile));
  const withKeys = users.map((user, index) => ({ ...user, publicKey: keys[index]!.publicKey }));
  writeFileSync(
    configFile,
    renderNatsConfig({ port, folder, maxFileStore: MAX_FILE_STORE, users: withKeys }),
    {
      mode: 0o600,
    },
  );
  return { binary: path, folder, configFile, port, url: `nats://127.0.0.1:${port}`, seedFolder };
};
