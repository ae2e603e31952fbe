import { unlessDisconnected } from "#infra/nats/unless-disconnected.ts";
import type { Msg, NatsConnection, Subscription } from "@nats-io/nats-core";

/**
 * Answers requests on a subject, several at once; what `answer` returns is sent as JSON, and nothing when it is undefined.
 * An error in `answer` reaches `failed`, and the asker times out.
 */
export const serve = (
  connection: NatsConnection,
  subject: string,
  answer: (body: unknown, subject: string) => Promise<unknown>,
  failed: (error: unknown) => void,
): Subscription => {
  const handle = async (message: Msg): Promise<void> => {
    try {
      const body: unknown = message.data.length > 0 ? message.json() : null;
      const reply = await answer(body, message.subject);
      if (reply !== undefined) message.respond(JSON.stringify(reply));
    } catch (error) {
      failed(error);
    }
  };
  return connection.subscribe(subject, {
    callback: (error, message) => {
      if (error) failed(error);
      else void handle(message);
    },
  });
};

/** Asks and waits for the JSON answer. Throws Disconnected, or the client's TimeoutError or RequestError (no responder). `timeout` in ms. */
export const ask = async <T>(
  connection: NatsConnection,
  subject: string,
  body: unknown,
  timeout: number,
): Promise<T> => {
  const reply = await unlessDisconnected(connection, () =>
    connection.request(subject, JSON.stringify(body), { timeout }),
  );
  return reply.json<T>();
};
