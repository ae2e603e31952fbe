import { headers as createHeaders } from "@nats-io/nats-core";
import type { NatsConnection } from "#infra/nats/connect.ts";

/** Says something as JSON without waiting for anybody: for observations that may be lost. */
export const announce = (
  connection: NatsConnection,
  subject: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => {
  const set = createHeaders();
  for (const [name, value] of Object.entries(headers)) set.set(name, value);
  if (!connection.isClosed()) connection.publish(subject, JSON.stringify(body), { headers: set });
};
