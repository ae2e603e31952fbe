import type { FastifyInstance } from "fastify";
import Type, { type Static } from "typebox";
import type { Edge } from "../edge.ts";
import { callerOf, SESSION_COOKIE } from "../policy.ts";
import { HttpProblem } from "../problems.ts";

const strict = { additionalProperties: false } as const;
const Nothing = Type.Object({}, strict);
const LinkBody = Type.Object(
  {
    link: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: "^[A-Za-z0-9_-]+$",
      description: "The link's secret.",
    }),
  },
  strict,
);

const COOKIE = { httpOnly: true, sameSite: "strict", path: "/" } as const;
/** The browser may keep it as long as a session can last; the server decides when it ends. */
const COOKIE_SECONDS = 7 * 24 * 3_600;

const throttle = (max: number) => ({ max, timeWindow: "1 minute" });

export const sessionRoutes = (app: FastifyInstance, { sessions, access }: Edge): void => {
  app.get(
    "/api/me",
    { config: { policy: "caller" }, schema: { tags: ["access"], summary: "Who you are, and your rights" } },
    async (request) => {
      const { actor, capabilities, expiresAt } = callerOf(request);
      return { user: actor.id, kind: actor.kind, capabilities, expiresAt };
    },
  );
  app.post(
    "/api/login-links",
    {
      config: { policy: "token", rateLimit: throttle(60) },
      schema: { tags: ["access"], summary: "Make a login link: one use, ten minutes", body: Nothing },
    },
    async (request, reply) => {
      const { secret, expiresAt } = await sessions.makeLink(callerOf(request));
      const url = `http://${request.headers.host ?? ""}/login#${secret}`;
      return reply.code(201).send({ url, expiresAt });
    },
  );
  app.post<{ Body: Static<typeof LinkBody> }>(
    "/api/sessions",
    {
      config: { policy: "public", rateLimit: throttle(10) },
      schema: { tags: ["access"], summary: "Log in with a login link", body: LinkBody },
    },
    async ({ body }, reply) => {
      const session = await sessions.open(body.link);
      if (session === null) {
        throw new HttpProblem(
          401,
          "This login link is not known, was already used, or is older than ten minutes.",
        );
      }
      const caller = await access.resolve({ kind: "session", secret: session.secret });
      return reply
        .code(201)
        .setCookie(SESSION_COOKIE, session.secret, { ...COOKIE, maxAge: COOKIE_SECONDS })
        .send({
          user: caller?.actor.id,
          kind: "user",
          capabilities: caller?.capabilities ?? [],
          expiresAt: session.expiresAt,
        });
    },
  );
  app.delete(
    "/api/sessions",
    { config: { policy: "caller" }, schema: { tags: ["access"], summary: "Log out" } },
    async ({ credential }, reply) => {
      if (credential?.kind === "session") await sessions.end(credential.secret);
      return reply.code(204).clearCookie(SESSION_COOKIE, COOKIE).send();
    },
  );
};
