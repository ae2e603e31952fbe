import type { NatsConnection } from "#infra/nats/connect.ts";
import { Disconnected, isConnected, unlessDisconnected } from "#infra/nats/unless-disconnected.ts";
import { unavailable } from "./problems.ts";

/** Whether NATS answers now, and work that needs it. */
export interface Connectivity {
  readonly connected: boolean;
  /** The work's result, or a 503 problem as soon as the connection is gone. */
  whileConnected<T>(work: () => Promise<T>): Promise<T>;
}

const AWAY = "The message server is not reachable at the moment; nothing was recorded.";
const LOST =
  "The message server was lost while it was asked. Whether a wish was recorded is not known: look at the task, or submit again with the same Idempotency-Key.";

export const openConnectivity = (connection: NatsConnection): Connectivity => ({
  get connected() {
    return isConnected(connection);
  },
  whileConnected: async (work) => {
    if (!isConnected(connection)) throw unavailable(AWAY);
    try {
      return await unlessDisconnected(connection, work);
    } catch (error) {
      throw error instanceof Disconnected ? unavailable(LOST) : error;
    }
  },
});
