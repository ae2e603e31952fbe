import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
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
}

export const startEngineProxy = async (path: string, target = ENGINE_SOCKET): Promise<EngineProxy> => {
  const sockets = new Set<Socket>();
  let server: Server;
  const restore = async (): Promise<void> => {
    server = createServer((client) => {
      const upstream = connect(target);
      bindSockets(sockets, client, upstream);
      client.pipe(upstream).pipe(client);
    });
    server.listen(path);
    await once(server, "listening");
  };
  await restore();
  return {
    path,
    restore,
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
