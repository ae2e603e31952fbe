/** Who may use a route: declared beside it, denied by default, checked before anything of the body is read. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Capability } from "#schema/policy.ts";
import type { Access, Caller, Credential } from "./access.ts";
import { requireOwnPage } from "./origin.ts";
import { HttpProblem } from "./problems.ts";

/** `public`: anybody who reaches the address. `caller`: whoever is known. `token`: only an API token. Else that right. */
type Policy = "public" | "caller" | "token" | Capability;

declare module "fastify" {
  interface FastifyContextConfig {
    policy?: Policy;
  }
  interface FastifyRequest {
    caller: Caller | null;
    credential: Credential | null;
  }
}

export const SESSION_COOKIE = "longshore_session";

const credentialOf = (request: FastifyRequest): Credential | null => {
  const { authorization } = request.headers;
  if (authorization !== undefined) {
    const [, secret] = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(authorization) ?? [];
    return { kind: "token", secret: secret ?? "" };
  }
  const secret = request.cookies[SESSION_COOKIE];
  return secret === undefined ? null : { kind: "session", secret };
};

const unknownCaller = (credential: Credential | null): HttpProblem =>
  new HttpProblem(
    401,
    credential === null
      ? "Log in first: open a login link (`npm run login` prints one), or send an API token as `Authorization: Bearer …`."
      : `The ${credential.kind} is not known, or no longer valid.`,
    { headers: { "www-authenticate": "Bearer" } },
  );

const allowed = (policy: Policy, caller: Caller): boolean => {
  if (policy === "public" || policy === "caller") return true;
  if (policy === "token") return caller.actor.kind === "token";
  return caller.capabilities.includes(policy);
};

const forbidden = (policy: Policy): HttpProblem =>
  new HttpProblem(
    403,
    policy === "token"
      ? "This needs an API token; a session is not enough."
      : `This needs the right "${policy}".`,
  );

/** Checks every request against its route's policy, and refuses at boot a route that declares none. */
export const enforcePolicies = (app: FastifyInstance, access: Access): void => {
  app.decorateRequest("caller", null);
  app.decorateRequest("credential", null);
  app.addHook("onRoute", ({ method, url, config }) => {
    if (config?.policy === undefined) throw new Error(`${String(method)} ${url} declares no policy`);
  });
  app.addHook("onRequest", async (request) => {
    const policy = request.routeOptions.config.policy;
    if (request.is404 || policy === "public" || policy === undefined) return;
    const credential = credentialOf(request);
    const caller = credential === null ? null : await access.resolve(credential);
    if (credential === null || caller === null) throw unknownCaller(credential);
    if (credential.kind === "session") requireOwnPage(request);
    if (!allowed(policy, caller)) throw forbidden(policy);
    request.caller = caller;
    request.credential = credential;
  });
};

/** The caller of a route whose policy is not `public`. */
export const callerOf = (request: FastifyRequest): Caller => {
  if (request.caller === null) throw unknownCaller(null);
  return request.caller;
};
