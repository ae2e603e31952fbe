import type { Socket } from "node:net";

/** Two sockets that end together, counted among `open` while they live. */
export const bindSockets = (open: Set<Socket>, client: Socket, upstream: Socket): void => {
  for (const socket of [client, upstream]) {
    open.add(socket);
    socket
      .on("error", () => undefined)
      .on("close", () => {
        open.delete(socket);
        client.destroy();
        upstream.destroy();
      });
  }
};
