import { headers as createHeaders } from "@nats-io/nats-core";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { isTooLarge } from "#infra/nats/too-large.ts";

/** Says something as JSON without waiting for anybody: for observations that may be lost. */
export const announce = (
  connection: NatsConnection,
  subject: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const set = createHeaders();
  for (const [name, value] of Object.entries(headers)) set.set(name, value);
  if (connection.isClosed()) return;
  try {
    connection.publish(subject, JSON.stringify(body), { headers: set });
  } catch (error) {
    // One that does not fit is lost as any other may be.
    if (!isTooLarge(error)) throw error;
  }
};
