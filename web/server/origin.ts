/** Keeps other web pages out: a name that merely resolves to this machine, and pages that post to it. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { HttpProblem } from "./problems.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** The only Host headers that are answered: a rebound DNS name would carry another. */
const hostsOf = (host: string, port: number): ReadonlySet<string> => {
  const names = new Set(["127.0.0.1", "localhost", "[::1]", host.includes(":") ? `[${host}]` : host]);
  const all = [...names].flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`]));
  return new Set(all.map((name) => name.toLowerCase()));
};

const localPort = (request: FastifyRequest): number => request.socket.localPort ?? 0;

/** Refuses foreign Host headers (421) and unsafe requests from foreign pages (403). `host`: the address listened on. */
export const keepStrangersOut = (app: FastifyInstance, host: string): void => {
  app.addHook("onRequest", async (request) => {
    const { host: asked = "", origin } = request.headers;
    if (!hostsOf(host, localPort(request)).has(asked.toLowerCase())) {
      throw new HttpProblem(
        421,
        `This server is not "${asked.slice(0, 100)}": use its own address, for example 127.0.0.1.`,
      );
    }
    if (!SAFE.has(request.method) && origin !== undefined && !isOwn(request, origin)) {
      throw new HttpProblem(403, "A page of another origin may not do this.");
    }
  });
};

const isOwn = (request: FastifyRequest, origin: string): boolean =>
  origin.toLowerCase() === `http://${(request.headers.host ?? "").toLowerCase()}`;

/** For requests that a cookie speaks for: it must be our own page that sends them. Throws a 403 problem. */
export const requireOwnPage = (request: FastifyRequest): void => {
  const { origin, "sec-fetch-site": site } = request.headers;
  // Another port of this machine is "same-site" to a browser, and still a stranger.
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    throw new HttpProblem(403, "A page of another origin may not use this session.");
  }
  if (!SAFE.has(request.method) && origin === undefined) {
    throw new HttpProblem(
      403,
      "A session may change things only from its own page: the Origin header is missing.",
    );
  }
};
