import { readFile } from "node:fs/promises";
import { connect, type NatsConnection, nkeyAuthenticator } from "@nats-io/transport-node";
import { watchConnection } from "#infra/nats/unless-disconnected.ts";
import { Fatal } from "#infra/service.ts";

export type { NatsConnection } from "@nats-io/transport-node";

/** Atomic batches came with 2.12; older servers store them non-atomically without a word. */
const MINIMUM = [2, 12] as const;

const refuseOldServer = (version: string): void => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    throw new Fatal(`The NATS server is version ${version}; Longshore needs ${MINIMUM.join(".")} or newer.`);
  }
};

interface ConnectOptions {
  readonly url: string;
  /** File with the nkey seed of the user; null for a server without users. */
  readonly seedFile: string | null;
  /** The NATS user: also the private inbox prefix its permissions allow. */
  readonly user: string;
}

/** A connection that reconnects for ever. Throws Fatal when the server is too old. */
export const connectNats = async ({ url, seedFile, user }: ConnectOptions): Promise<NatsConnection> => {
  const seed = seedFile === null ? null : new TextEncoder().encode((await readFile(seedFile, "utf8")).trim());
  const connection = await connect({
    servers: url,
    name: user,
    inboxPrefix: `_INBOX.${user}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    reconnectJitter: 50,
    waitOnFirstConnect: true,
    pingInterval: 5_000,
    maxPingOut: 2,
    ...(seed ? { authenticator: nkeyAuthenticator(seed) } : {}),
  });
  try {
    refuseOldServer(connection.info?.version ?? "0");
  } catch (error) {
    await connection.close();
    throw error;
  }
  watchConnection(connection);
  return connection;
};
