import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "#infra/nats/connect.ts";

export interface StoredMessage {
  readonly seq: number;
  readonly data: Uint8Array;
}

/** The latest message of each subject that matches, oldest first. For filters with few subjects: one request each. */
export const latestOfEach = async (
  connection: NatsConnection,
  stream: string,
  filter: string,
): Promise<readonly StoredMessage[]> => {
  const manager = await jetstreamManager(connection);
  const { state } = await manager.streams.info(stream, { subjects_filter: filter });
  const found: StoredMessage[] = [];
  for (const subject of Object.keys(state.subjects ?? {})) {
    const message = await manager.streams.getMessage(stream, { last_by_subj: subject });
    if (message !== null) found.push({ seq: message.seq, data: message.data });
  }
  return found.sort((a, b) => a.seq - b.seq);
};
