import type { JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow } from "#infra/nats/follow.ts";

interface BatchOptions {
  readonly stream: string;
  /** The first sequence wanted. */
  readonly from: number;
  /** The most messages in one batch. */
  readonly most: number;
  /** How long a batch may wait for company, in ms. */
  readonly linger: number;
  /** The most messages held in memory; other than in tests HIGH_MARK. */
  readonly held?: number;
}

/** A stream in pieces: many messages when there are many, few when there are few. */
export interface Batches {
  /** The next messages in order; undefined once interrupted. Throws what ended the reading. */
  next(): Promise<readonly JsMsg[] | undefined>;
  /** Makes the present and every later `next` return undefined. */
  interrupt(): void;
  stop(): Promise<void>;
}

/**
 * The client pulls as fast as the server sends, however slow its reader is, so a backlog would end up in memory: above
 * the high mark the consumer is dropped, and a new one made where the buffer ends once that is used up.
 */
const HIGH_MARK = { messages: 20_000, bytes: 64 * 1024 * 1024 } as const;

/** Keeps one transaction's parameters small, whatever the size of its facts. */
const BATCH_BYTES = 4 * 1024 * 1024;

const firstBatch = (buffer: readonly JsMsg[], most: number): number => {
  let bytes = 0;
  let count = 0;
  for (const message of buffer) {
    bytes += message.data.length;
    if (count > 0 && (count >= most || bytes > BATCH_BYTES)) break;
    count += 1;
  }
  return count;
};

export const readBatches = async (connection: NatsConnection, options: BatchOptions): Promise<Batches> => {
  let buffer: JsMsg[] = [];
  let bytes = 0;
  let wanted = options.from;
  let interrupted = false;
  let failure: { error: unknown } | undefined;
  let full = false;
  let wake = (): void => undefined;

  const take = (message: JsMsg): void => {
    if (full) return;
    buffer.push(message);
    bytes += message.data.length;
    wanted = message.seq + 1;
    full = buffer.length >= (options.held ?? HIGH_MARK.messages) || bytes >= HIGH_MARK.bytes;
    wake();
  };
  const open = (): ReturnType<typeof follow> =>
    follow(connection, {
      stream: options.stream,
      from: wanted,
      each: take,
      failed: (error) => {
        failure = { error };
        wake();
      },
    });
  let following = await open();

  const change = (limit?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = limit === undefined ? undefined : setTimeout(resolve, limit);
      wake = () => {
        const settled = interrupted || failure !== undefined || buffer.length >= options.most || full;
        if (limit !== undefined && !settled) return;
        clearTimeout(timer);
        resolve();
      };
    });

  const refill = async (): Promise<void> => {
    await following.stop();
    full = false;
    following = await open();
  };

  return {
    next: async () => {
      if (buffer.length === 0 && full) await refill();
      while (buffer.length === 0 && !interrupted && failure === undefined) await change();
      if (!interrupted && failure === undefined && buffer.length < options.most && !full) {
        await change(options.linger);
      }
      if (interrupted) return undefined;
      if (buffer.length === 0 && failure !== undefined) throw failure.error;
      const batch = buffer.slice(0, firstBatch(buffer, options.most));
      buffer = buffer.slice(batch.length);
      for (const message of batch) bytes -= message.data.length;
      return batch;
    },
    interrupt: () => {
      interrupted = true;
      wake();
    },
    stop: async () => {
      interrupted = true;
      wake();
      await following.stop();
    },
  };
};
