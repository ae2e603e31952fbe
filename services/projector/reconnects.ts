import type { NatsConnection } from "#infra/nats/connect.ts";

/** Tells who asks that the NATS connection was made anew, until they no longer want to know. */
export interface Reconnects {
  /** Returns how to stop listening. */
  listen(listener: () => void): () => void;
}

/** Watches a connection for its whole life. */
export const watchReconnects = (connection: NatsConnection): Reconnects => {
  const listeners = new Set<() => void>();
  const watch = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === "reconnect") for (const listener of listeners) listener();
    }
  };
  void watch();
  return {
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
