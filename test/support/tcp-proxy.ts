import { createServer, connect, type Socket } from "node:net";
import { once } from "node:events";
import { bindSockets } from "./bind-sockets.ts";

/** A loopback TCP proxy whose connections can be cut, or whose answers can be withheld. */
export interface TcpProxy {
  readonly port: number;
  /** While true, what the server sends is swallowed; what the client sends still arrives. */
  mute: boolean;
  /** Nothing more arrives on either side, and yet no connection ends. */
  pause(): void;
  /** What was held back arrives. */
  resume(): void;
  /** Ends every open connection; new ones are taken. */
  cut(): void;
  close(): Promise<void>;
}

export const startTcpProxy = async (target: number): Promise<TcpProxy> => {
  const sockets = new Set<Socket>();
  const proxy = { port: 0, mute: false };
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    bindSockets(sockets, client, upstream);
    client.on("data", (data) => upstream.write(data));
    upstream.on("data", (data) => {
      if (!proxy.mute) client.write(data);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  proxy.port = typeof address === "object" && address !== null ? address.port : 0;
  return Object.assign(proxy, {
    pause: () => {
      for (const socket of sockets) socket.pause();
    },
    resume: () => {
      for (const socket of sockets) socket.resume();
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
};
