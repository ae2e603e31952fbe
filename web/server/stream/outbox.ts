import type { ServerResponse } from "node:http";

/** One client's connection. It never drops a single event: a client that does not read loses the connection instead. */
export interface Outbox {
  send(frame: string | Buffer): void;
  /** More is waiting than a client that reads would leave. */
  readonly congested: boolean;
  readonly ended: boolean;
  /** Resolves when what was sent has left, or the connection has ended. */
  drained(): Promise<void>;
  readonly end: () => void;
}

const CONGESTED_BYTES = 256 * 1024;
const LIMIT_BYTES = 8 * 1024 ** 2;

const HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-store, no-transform",
  "x-accel-buffering": "no",
  "x-content-type-options": "nosniff",
  connection: "keep-alive",
} as const;

/** Takes a response over for server-sent events. `limit`: bytes that may wait before the client counts as gone. */
export const openOutbox = (raw: ServerResponse, ended: () => void, limit = LIMIT_BYTES): Outbox => {
  let over = false;
  raw.on("close", () => {
    if (over) return;
    over = true;
    ended();
  });
  raw.on("error", () => undefined);
  raw.writeHead(200, HEADERS);
  raw.flushHeaders();

  return {
    send: (frame) => {
      if (over) return;
      raw.write(frame);
      if (raw.writableLength > limit) raw.destroy();
    },
    get congested() {
      return raw.writableLength > CONGESTED_BYTES;
    },
    get ended() {
      return over;
    },
    drained: () => {
      if (over || !raw.writableNeedDrain) return Promise.resolve();
      return new Promise((resolve) => {
        const done = (): void => {
          raw.off("drain", done).off("close", done);
          resolve();
        };
        raw.on("drain", done).on("close", done);
      });
    },
    end: () => void raw.end(),
  };
};
