import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A loopback proxy before a NATS server that can hold back the replies its client waits for, and nothing else. */
export interface NatsProxy {
  readonly port: number;
  /** While true, messages to `_INBOX.…` wait here; requests and deliveries pass. */
  holding: boolean;
  /** How many wait. */
  held(): number;
  /** Lets everything that waits go on, in order. */
  release(): void;
  close(): Promise<void>;
}

/** Cuts a server's byte stream into protocol frames. Only MSG and HMSG carry a payload. */
const createCutter = (): ((chunk: Buffer) => Buffer[]) => {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const frames: Buffer[] = [];
    for (;;) {
      const lineEnd = rest.indexOf("\r\n");
      if (lineEnd < 0) return frames;
      const words = rest.subarray(0, lineEnd).toString().split(" ");
      const carries = words[0] === "MSG" || words[0] === "HMSG";
      const length = lineEnd + 2 + (carries ? Number(words.at(-1)) + 2 : 0);
      if (rest.length < length) return frames;
      frames.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
};

const isReply = (frame: Buffer): boolean => /^H?MSG _INBOX\./.test(frame.subarray(0, 16).toString());

/** The server's answer to how far a stream goes. */
export const isStreamInfo = (frame: Buffer): boolean =>
  isReply(frame) && frame.includes("io.nats.jetstream.api.v1.stream_info_response");

/** `isHeld`: which frames wait while it is holding; every reply unless given. */
export const startNatsProxy = async (target: number, isHeld = isReply): Promise<NatsProxy> => {
  const sockets = new Set<Socket>();
  let waiting: (() => void)[] = [];
  const proxy = { port: 0, holding: false };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    const cut = createCutter();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket
        .on("error", () => undefined)
        .on("close", () => {
          client.destroy();
          upstream.destroy();
        });
    }
    client.on("data", (data) => upstream.write(data));
    upstream.on("data", (data) => {
      for (const frame of cut(data)) {
        if (proxy.holding && isHeld(frame)) waiting.push(() => client.write(frame));
        else client.write(frame);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  proxy.port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(proxy, {
    held: () => waiting.length,
    release: () => {
      proxy.holding = false;
      for (const send of waiting) send();
      waiting = [];
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
};
