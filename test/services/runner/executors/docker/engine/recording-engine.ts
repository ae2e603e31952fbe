import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { rmSync } from "node:fs";
import { ENGINE_SOCKET } from "../../../../../support/engine-socket.ts";

/** The engine behind a socket that notes what is asked of it, and can break answers off in their middle. */
export interface RecordingEngine {
  readonly path: string;
  /** `METHOD /path?query` of every request so far, the version left out. */
  readonly asked: string[];
  /** Changes only: everything but GET. */
  changes(): string[];
  /** Requests that match are carried out, but their answers end in the middle. */
  breakOff: RegExp | null;
  close(): Promise<void>;
}

export const startRecordingEngine = async (
  path: string,
  target = ENGINE_SOCKET,
): Promise<RecordingEngine> => {
  const asked: string[] = [];
  const engine: RecordingEngine = {
    path,
    asked,
    changes: () => asked.filter((line) => !line.startsWith("GET ")),
    breakOff: null,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      rmSync(path, { force: true });
    },
  };

  const breakOff = (response: ServerResponse): void => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"Id":');
    setTimeout(() => response.socket?.destroy(), 20);
  };
  const forward = (incoming: IncomingMessage, response: ServerResponse, cut: boolean): void => {
    const { method = "GET", url = "/", headers } = incoming;
    const upstream = request({ socketPath: target, path: url, method, headers }, (answer) => {
      if (cut) return breakOff(response);
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      answer.on("error", () => response.destroy()).pipe(response);
    });
    upstream.on("error", () => response.destroy());
    response.on("close", () => upstream.destroy());
    incoming.pipe(upstream);
  };
  const server = createServer((incoming, response) => {
    const line = `${incoming.method ?? ""} ${(incoming.url ?? "").replace(/^\/v\d+\.\d+/, "")}`;
    asked.push(line);
    forward(incoming, response, engine.breakOff?.test(line) === true);
  });
  server.listen(path);
  await once(server, "listening");
  return engine;
};
