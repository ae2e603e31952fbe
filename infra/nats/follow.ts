import { DeliverPolicy, jetstream, jetstreamManager, type JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "#infra/nats/connect.ts";

/** Ask the server, do not check first: one round trip less. Milliseconds. */
const API = { checkAPI: false, timeout: 2_000 } as const;

interface FollowOptions {
  readonly stream: string;
  /** The first sequence wanted. */
  readonly from: number;
  readonly filter?: string;
  /** Called in order, one at a time: the next message waits for the promise. */
  readonly each: (message: JsMsg) => void | Promise<void>;
  /** The loop ended by an error: nothing more will be delivered. */
  readonly failed: (error: unknown) => void;
}

/** Reads a stream in order from a sequence and then as it grows; survives reconnects. Gaps are the caller's to notice. */
export const follow = async (
  connection: NatsConnection,
  options: FollowOptions,
): Promise<{ stop(): Promise<void> }> => {
  const consumer = await jetstream(connection).consumers.get(options.stream, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, options.from),
    ...(options.filter ? { filter_subjects: options.filter } : {}),
  });
  const messages = await consumer.consume({ max_messages: 1_000 });
  let stopping = false;
  const loop = async (): Promise<void> => {
    for await (const message of messages) await options.each(message);
    if (!stopping) throw new Error(`reading ${options.stream} ended by itself`);
  };
  const done = loop().catch(options.failed);
  return {
    stop: async () => {
      stopping = true;
      await messages.close();
      await done;
    },
  };
};

/** First and last sequence of a stream and the moment it was created (its incarnation). */
export const streamExtent = async (
  connection: NatsConnection,
  stream: string,
): Promise<{ first: number; last: number; created: string; bytes: number; maxBytes: number }> => {
  const { state, created, config } = await (await jetstreamManager(connection, API)).streams.info(stream);
  return {
    first: state.first_seq,
    last: state.last_seq,
    created,
    bytes: state.bytes,
    maxBytes: config.max_bytes,
  };
};

/** The bytes of one message, read from the leader; null when there is none. */
export const readMessage = async (
  connection: NatsConnection,
  stream: string,
  seq: number,
): Promise<Uint8Array | null> => {
  const manager = await jetstreamManager(connection, API);
  return (await manager.streams.getMessage(stream, { seq }))?.data ?? null;
};
