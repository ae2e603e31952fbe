import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/** An engine of nothing but a wire: as many containers as one likes, at no cost. */
export interface CrowdedEngine {
  readonly ids: readonly string[];
  /** How many requests to stop each has had. */
  readonly stops: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

const STARTED = "2026-11-21T10:00:00.000000000Z";

const listed = (id: string, place: number, isRunning: boolean) => ({
  Id: id,
  Names: [`/fake-${String(place).padStart(4, "0")}`],
  Image: "app",
  State: isRunning ? "running" : "exited",
  Status: "",
  Created: 1_700_000_000,
  Labels: {},
});

const inspected = (id: string, isRunning: boolean) => ({
  Id: id,
  RestartCount: 0,
  State: {
    Status: isRunning ? "running" : "exited",
    Running: isRunning,
    Paused: false,
    Restarting: false,
    StartedAt: STARTED,
  },
  HostConfig: { AutoRemove: false },
  Config: { Labels: {} },
});

/** Running containers on a unix socket; each takes `stopMs` to stop. */
export const startCrowdedEngine = async (
  path: string,
  count: number,
  stopMs: number,
): Promise<CrowdedEngine> => {
  const ids = Array.from({ length: count }, (_, place) =>
    createHash("sha256").update(String(place)).digest("hex"),
  );
  const running = new Set(ids);
  const stops = new Map<string, number>();
  const about = { ID: "fake", Name: "fake", Containers: count, NCPU: 2 };
  const plain: Readonly<Record<string, () => unknown>> = {
    "/version": () => ({ Version: "27.0.0", ApiVersion: "1.41", MinAPIVersion: "1.24" }),
    "/info": () => about,
    "/_ping": () => "OK",
    "/containers/json": () => ids.map((id, place) => listed(id, place, running.has(id))),
  };
  const say = (response: ServerResponse, status: number, body: unknown): void => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(body === undefined ? undefined : JSON.stringify(body));
  };
  const stop = (id: string, response: ServerResponse): void => {
    stops.set(id, (stops.get(id) ?? 0) + 1);
    setTimeout(() => {
      running.delete(id);
      say(response, 204, undefined);
    }, stopMs);
  };
  const server = createServer(({ url = "" }, response) => {
    const [route = ""] = url.replace(/^\/v\d+\.\d+/, "").split("?");
    const answer = plain[route];
    if (answer) return say(response, 200, answer());
    // Nothing ever happens on it.
    if (route === "/events") {
      response.writeHead(200).flushHeaders();
      return;
    }
    const [, id = "", act] = /^\/containers\/([0-9a-f]{64})\/(json|stop)$/.exec(route) ?? [];
    if (!ids.includes(id)) return say(response, 404, { message: `no such thing: ${route}` });
    if (act === "stop") return stop(id, response);
    say(response, 200, inspected(id, running.has(id)));
  });
  server.listen(path);
  await once(server, "listening");
  return {
    ids,
    stops,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
};
