import { once } from "node:events";
import { createServer } from "node:http";

/** Answers /version, /info, /_ping and whatever else it is told to, on a socket of its own, and notes what it was asked. */
export interface FakeEngine {
  readonly asked: string[];
  version: object;
  info: object;
  /** By path, without version and query; what is not in here is an empty list. */
  others: Readonly<Record<string, object>>;
  close(): Promise<void>;
}

export const startFakeEngine = async (path: string): Promise<FakeEngine> => {
  const fake: FakeEngine = {
    asked: [],
    version: { Version: "20.10.24", ApiVersion: "1.41", MinAPIVersion: "1.12" },
    info: { ID: "AAAA:BBBB", Name: "fake" },
    others: {},
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  const server = createServer(({ url = "/" }, response) => {
    fake.asked.push(url);
    const bare = url.replace(/^\/v\d+\.\d+/, "").replace(/\?.*/, "");
    const bodies: Readonly<Record<string, object>> = {
      ...fake.others,
      "/version": fake.version,
      "/info": fake.info,
    };
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(bodies[bare] ?? []));
  });
  server.listen(path);
  await once(server, "listening");
  return fake;
};
