import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { Transform } from "node:stream";
import { bindSockets } from "../../../../../support/bind-sockets.ts";
import { ENGINE_SOCKET } from "../../../../../support/engine-socket.ts";

/** The engine's socket behind one that can be taken away and given back. */
export interface EngineProxy {
  readonly path: string;
  /** Cuts every connection and removes the socket. */
  cut(): Promise<void>;
  restore(): Promise<void>;
  /** What is connected hears nothing more and never ends, as with a host that left the network; others may connect. */
  silence(): void;
  /** From now on every request reaches the engine this many milliseconds later. */
  slowDown(ms: number): void;
}

export const startEngineProxy = async (path: string, target = ENGINE_SOCKET): Promise<EngineProxy> => {
  const sockets = new Set<Socket>();
  let server: Server;
  let delay = 0;
  const delayed = (): Transform =>
    new Transform({
      transform: (chunk, _encoding, done) => {
        if (delay === 0) done(null, chunk);
        else setTimeout(done, delay, null, chunk);
      },
    });
  const restore = async (): Promise<void> => {
    server = createServer((client) => {
      const upstream = connect(target);
      bindSockets(sockets, client, upstream);
      client.pipe(delayed()).pipe(upstream).pipe(client);
    });
    server.listen(path);
    await once(server, "listening");
  };
  await restore();
  return {
    path,
    restore,
    slowDown: (ms) => {
      delay = ms;
    },
    silence: () => {
      for (const socket of sockets)
        socket
          .unpipe()
          .pause()
          .removeAllListeners("close")
          .on("close", () => sockets.delete(socket));
    },
    cut: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      rmSync(path, { force: true });
    },
  };
};
