import { existsSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { HttpProblem, notFound } from "./problems.ts";

const NOT_BUILT =
  "The console is not built. Build it with `npm run build`; the API under /api works without it.\n";

/** dist/console, seen from the bundle in dist/ as well as from the sources. */
const consoleFolder = (): string | null => {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const place of [join(folder, "console"), join(folder, "dist", "console")]) {
      if (existsSync(join(place, "index.html")) && place.includes("dist")) return place;
    }
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
};

const isApi = (path: string): boolean => /^\/(api|metrics|health)(\/|$)/.test(path);

const wantsPage = ({ method, headers }: FastifyRequest): boolean =>
  method === "GET" && (headers.accept ?? "").includes("text/html");

/** A name with a hash in it never changes its content. */
const FOR_EVER = "public, max-age=31536000, immutable";

const pathOf = (url: string): string => {
  try {
    return decodeURIComponent(url.split("?")[0] ?? "/");
  } catch {
    throw new HttpProblem(400, "The address is not a valid URL.");
  }
};

/** A file that is there and not reached by climbing out of the folder. */
const isWithin = (root: string, path: string): boolean => {
  const place = join(root, path);
  return place.startsWith(root + sep) && !path.includes("\0") && existsSync(place);
};

/** Everything that is no route: a file of the console, its page for addresses it knows itself, or a 404 problem. */
export const serveConsole = async (app: FastifyInstance, root = consoleFolder()): Promise<void> => {
  if (root !== null) await app.register(fastifyStatic, { root, serve: false });

  const page = (reply: FastifyReply): FastifyReply => {
    reply.header("cache-control", "no-cache");
    if (root !== null) return reply.sendFile("index.html", root, { cacheControl: false });
    return reply.code(503).type("text/plain; charset=utf-8").send(NOT_BUILT);
  };

  app.setNotFoundHandler((request, reply) => {
    const path = pathOf(request.url);
    if (isApi(path) || request.method !== "GET")
      throw notFound(`There is no ${request.method} ${path.slice(0, 200)}.`);
    const isFile = /\.[a-z0-9]+$/i.test(path);
    if (root !== null && isFile && isWithin(root, path)) {
      const lasting = path.startsWith("/assets/");
      reply.header("cache-control", lasting ? FOR_EVER : "no-cache");
      return reply.sendFile(path, root, { cacheControl: false });
    }
    if (isFile && !wantsPage(request)) throw notFound(`There is no ${path.slice(0, 200)}.`);
    return page(reply);
  });
};
