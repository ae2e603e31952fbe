import type { NatsConnection } from "#infra/nats/connect.ts";
import { unavailable } from "./problems.ts";

/** Whether NATS answers now. A request that is under way when the line is cut would otherwise wait for its full timeout. */
export interface Connectivity {
  readonly connected: boolean;
  /** The promise's result, or a 503 problem as soon as the connection is gone. */
  whileConnected<T>(work: () => Promise<T>): Promise<T>;
  stop(): void;
}

const away = () =>
  unavailable("The message server is not reachable at the moment; nothing was recorded by this answer.");

export const watchConnection = (connection: NatsConnection): Connectivity => {
  let connected = true;
  const cut = new Set<(problem: Error) => void>();
  const status = connection.status();

  const watch = async (): Promise<void> => {
    for await (const { type } of status) {
      if (type === "reconnect") connected = true;
      if (type !== "disconnect") continue;
      connected = false;
      for (const reject of cut) reject(away());
      cut.clear();
    }
  };
  void watch();

  return {
    get connected() {
      return connected;
    },
    whileConnected: async (work) => {
      if (!connected) throw away();
      let reject: (problem: Error) => void = () => undefined;
      const lost = new Promise<never>((_, refuse) => {
        reject = refuse;
        cut.add(refuse);
      });
      try {
        return await Promise.race([work(), lost]);
      } finally {
        cut.delete(reject);
      }
    },
    stop: () => (status as { stop?: () => void }).stop?.(),
  };
};
