import type { NatsConnection } from "@nats-io/nats-core";

/** The connection to NATS was lost; whether the request was carried out is unknown. */
export class Disconnected extends Error {
  override readonly name = "Disconnected";
}

interface Watch {
  connected: boolean;
  readonly waiting: Set<(error: Disconnected) => void>;
}

const watches = new WeakMap<NatsConnection, Watch>();

const follow = async (connection: NatsConnection, watch: Watch): Promise<void> => {
  for await (const { type } of connection.status()) {
    if (type === "reconnect") watch.connected = true;
    if (type !== "disconnect") continue;
    watch.connected = false;
    for (const reject of watch.waiting) reject(new Disconnected("the connection to NATS was lost"));
    watch.waiting.clear();
  }
};

/** Begins to watch a connection; called once it is made, so that no loss goes unseen. */
export const watchConnection = (connection: NatsConnection): void => void watchOf(connection);

const watchOf = (connection: NatsConnection): Watch => {
  const known = watches.get(connection);
  if (known) return known;
  const watch: Watch = { connected: true, waiting: new Set() };
  watches.set(connection, watch);
  void follow(connection, watch);
  return watch;
};

/** Whether the connection stands, as far as this end knows. */
export const isConnected = (connection: NatsConnection): boolean => watchOf(connection).connected;

/** Does the work, but fails as soon as the connection is lost: the client would hang until the request's full timeout. Throws Disconnected. */
export const unlessDisconnected = async <T>(
  connection: NatsConnection,
  work: () => Promise<T>,
): Promise<T> => {
  const watch = watchOf(connection);
  if (!watch.connected) throw new Disconnected("there is no connection to NATS");
  let giveUp: (error: Disconnected) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  watch.waiting.add(giveUp);
  const working = work();
  working.catch(() => undefined);
  try {
    return await Promise.race([working, lost]);
  } finally {
    watch.waiting.delete(giveUp);
  }
};
