import { createServer } from "node:net";

/** Tries to listen: the port that was got, or the error code that forbade it (EADDRINUSE, EACCES, …). */
export const tryPort = (port: number, host = "127.0.0.1"): Promise<{ port: number } | { refused: string }> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve({ refused: error.code ?? error.message }));
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const got = typeof address === "object" && address !== null ? address.port : port;
      server.close(() => resolve({ port: got }));
    });
  });

/** A loopback port that is free now: the wanted one when possible, else any. */
export const freePort = async (wanted = 0): Promise<number> => {
  const first = await tryPort(wanted);
  if ("port" in first) return first.port;
  const any = await tryPort(0);
  if ("port" in any) return any.port;
  throw new Error(`no loopback port is free: ${any.refused}`);
};
