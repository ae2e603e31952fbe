import helmet from "@fastify/helmet";
import type { FastifyInstance } from "fastify";

const SELF = "'self'";
const NONE = "'none'";

/** Response headers for a console that loads nothing from anywhere else, and for answers that nobody may keep. */
export const secureHeaders = async (app: FastifyInstance): Promise<void> => {
  await app.register(helmet, {
    // It speaks plain HTTP on loopback: a browser told to insist on HTTPS could never reach it again.
    strictTransportSecurity: false,
    frameguard: { action: "deny" },
    referrerPolicy: { policy: "no-referrer" },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [SELF],
        scriptSrc: [SELF],
        // Mantine positions things by style attributes; styles cannot run code.
        styleSrc: [SELF, "'unsafe-inline'"],
        imgSrc: [SELF, "data:"],
        connectSrc: [SELF],
        workerSrc: [SELF, "blob:"],
        objectSrc: [NONE],
        baseUri: [NONE],
        formAction: [SELF],
        frameAncestors: [NONE],
      },
    },
  });
  app.addHook("onSend", async (request, reply) => {
    if (request.url.startsWith("/api") && !reply.hasHeader("cache-control"))
      reply.header("cache-control", "no-store");
  });
};
