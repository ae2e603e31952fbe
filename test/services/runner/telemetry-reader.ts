import { jetstream } from "@nats-io/jetstream";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { TELEMETRY } from "#schema/subjects.ts";

/** All stored observations about one task, in order. */
export const readTelemetry = async <T extends { taskId: string }>(
  connection: NatsConnection,
  filter: string,
  taskId: string,
): Promise<T[]> => {
  const found: T[] = [];
  const consumer = await jetstream(connection).consumers.get(TELEMETRY, { filter_subjects: filter });
  try {
    const { num_pending: pending } = await consumer.info();
    if (pending === 0) return found;
    for await (const message of await consumer.fetch({ max_messages: pending, expires: 2_000 })) {
      const body = message.json<T>();
      if (body.taskId === taskId) found.push(body);
    }
    return found;
  } finally {
    // A test that waits for words asks many times, and a stream bears only so many readers.
    await consumer.delete();
  }
};
