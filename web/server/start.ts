import type { AddressInfo } from "node:net";
import { Fatal, type Ground, type Running } from "#infra/service.ts";
import { buildApp } from "./app.ts";
import { assemble } from "./assemble.ts";

const listenFault = (error: unknown, host: string, port: number): unknown => {
  const { code } = error as { code?: string };
  if (code === "EADDRINUSE")
    return new Fatal(`Port ${port} on ${host} is taken: set LONGSHORE_PORT to another one.`);
  if (code === "EACCES")
    return new Fatal(`Port ${port} on ${host} may not be used by this user: set LONGSHORE_PORT.`);
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return new Fatal(`${host} is not an address of this machine.`);
  return error;
};

/** The edge, listening. `url` is its address, also when the port was left to the system. Throws Fatal. */
export const startWeb = async (ground: Ground): Promise<Running & { readonly url: string }> => {
  const { edge, close } = await assemble(ground);
  const { host, port } = ground.env;
  const { app, endStreams } = await buildApp(edge);
  try {
    await app.listen({ host, port });
  } catch (error) {
    await close();
    throw listenFault(error, host, port);
  }
  const bound = (app.server.address() as AddressInfo).port;
  const name = host.includes(":") ? `[${host}]` : host;
  let stopping: Promise<void> | undefined;
  return {
    url: `http://${name}:${bound}`,
    stop: () => {
      stopping ??= (async () => {
        endStreams();
        await app.close();
        await close();
      })();
      return stopping;
    },
  };
};
