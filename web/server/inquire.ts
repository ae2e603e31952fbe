import type { NatsConnection } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import { isUnanswered } from "#infra/nats/unanswered.ts";
import type { Connectivity } from "./connectivity.ts";

interface Line {
  readonly connection: NatsConnection;
  readonly connectivity: Connectivity;
}

/** Asks the service that knows, with a `body` where the question has one; null when nobody answers within `timeout` ms. Throws a 503 problem without NATS. */
export const inquire = async <T>(
  line: Line,
  subject: string,
  timeout: number,
  body: unknown = null,
): Promise<T | null> => {
  try {
    return await line.connectivity.whileConnected(() => ask<T>(line.connection, subject, body, timeout));
  } catch (error) {
    if (isUnanswered(error)) return null;
    throw error;
  }
};
