import type { JsMsg } from "@nats-io/jetstream";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { follow } from "#infra/nats/follow.ts";

interface BatchOptions {
  readonly stream: string;
  /** The first sequence wanted. */
  readonly from: number;
  /** The most messages in one batch; up to twice as many are held. */
  readonly most: number;
  /** How long a batch may wait for company, in ms; `busy` after one that found much of it, `linger` when not given. */
  readonly linger: number;
  readonly busy?: number;
}

/** A stream in pieces: many messages when there are many, few when there are few. */
export interface Batches {
  /** The next messages in order; undefined once interrupted. Throws what ended the reading. */
  next(): Promise<readonly JsMsg[] | undefined>;
  /** Makes the present and every later `next` return undefined. */
  interrupt(): void;
  stop(): Promise<void>;
}

/** Keeps one transaction's parameters small, whatever the size of its facts. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** A batch with so many messages found much company. */
const MUCH = 32;

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
  const { stream, from, most, linger, busy = linger } = options;
  let buffer: JsMsg[] = [];
  let interrupted = false;
  let taken = 0;
  let failure: { error: unknown } | undefined;
  let wake = (): void => undefined;
  let drained = (): void => undefined;

  /** Keeps the client from asking the server for more until a batch was taken. */
  const take = (message: JsMsg): void | Promise<void> => {
    if (interrupted) return;
    buffer.push(message);
    wake();
    if (buffer.length < 2 * most) return;
    return new Promise((resolve) => {
      drained = resolve;
    });
  };
  const interrupt = (): void => {
    interrupted = true;
    drained();
    wake();
  };
  const following = await follow(connection, {
    stream,
    from,
    each: take,
    failed: (error) => {
      failure = { error };
      wake();
    },
  });

  const over = (): boolean => interrupted || failure !== undefined;
  const holds = (condition: () => boolean, limit?: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = limit === undefined ? undefined : setTimeout(resolve, limit);
      wake = () => {
        if (!condition()) return;
        clearTimeout(timer);
        resolve();
      };
      wake();
    });

  return {
    next: async () => {
      await holds(() => over() || buffer.length > 0);
      await holds(() => over() || buffer.length >= most, taken < MUCH ? linger : busy);
      if (interrupted) return undefined;
      if (buffer.length === 0 && failure !== undefined) throw failure.error;
      const batch = buffer.slice(0, firstBatch(buffer, most));
      buffer = buffer.slice(batch.length);
      taken = batch.length;
      drained();
      return batch;
    },
    interrupt,
    stop: async () => {
      // The client ends a reading only when its reader takes what it was given.
      interrupt();
      await following.stop();
    },
  };
};
