import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAccess } from "#infra/nats/access.ts";
import type { RouteEntry } from "../../../web/server/app.ts";
import { keyOf } from "../../../web/server/access.ts";
import {
  aSession,
  aStandIn,
  anEdge,
  problemOf,
  routesOf,
  type StandIn,
  type TestEdge,
  TOKEN,
} from "./an-edge.ts";

let edge: TestEdge;
let standIn: StandIn;
let routes: readonly RouteEntry[];

beforeAll(async () => {
  edge = await anEdge();
  standIn = await aStandIn(edge);
  routes = await routesOf(edge);
});
afterAll(() => edge.stop());

const call = (route: RouteEntry, headers: Record<string, string>): Promise<Response> =>
  edge.ask(route.url.replace(/:\w+/g, "no-such-thing"), {
    method: route.method,
    headers: { ...(route.method === "GET" ? {} : { "content-type": "application/json" }), ...headers },
    ...(route.method === "GET" ? {} : { body: "{}" }),
  });

/** 401 and 403 are the refusals of access; everything else got past it. */
const statusOf = async (route: RouteEntry, headers: Record<string, string>): Promise<number> => {
  const response = await call(route, headers);
  await response.body?.cancel();
  return response.status;
};

const putToken = async (
  secret: string,
  capabilities: string[],
  expiresAt: string | null = null,
): Promise<void> => {
  const bucket = openAccess(await edge.connect("web"));
  await bucket.put(keyOf("token", secret), { user: "robot", capabilities, expiresAt });
};

describe("access", () => {
  it("covers all routes: the list is not empty and each declares a policy", () => {
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter(({ policy }) => policy === "none")).toEqual([]);
    expect(routes.filter(({ policy }) => policy === "public").map(({ url }) => url)).toEqual([
      "/health",
      "/api/sessions",
    ]);
  });

  it.each([
    ["nobody", {}],
    ["an unknown token", { authorization: "Bearer lsh_nobody" }],
    ["a malformed header", { authorization: "Basic YTpi" }],
    ["a token that is a whole header", { authorization: `Bearer ${TOKEN} ${TOKEN}` }],
    ["an unknown session", { cookie: "longshore_session=abc" }],
  ])("refuses %s on every route that is not public", async (_, headers) => {
    for (const route of routes.filter(({ policy }) => policy !== "public")) {
      const response = await call(route, headers as Record<string, string>);
      expect([route.url, response.status]).toEqual([route.url, 401]);
      expect((await problemOf(response)).status).toBe(401);
    }
    expect(standIn.wishes).toEqual([]);
  });

  it("lets the administrator's token through everywhere", async () => {
    for (const route of routes) {
      const status = await statusOf(route, { authorization: `Bearer ${TOKEN}` });
      expect([route.url, [401, 403].includes(status) && route.policy !== "public"]).toEqual([
        route.url,
        false,
      ]);
    }
  });

  it("lets a token do what its rights allow and nothing else", async () => {
    await putToken("viewer", ["view"]);
    standIn.wishes.length = 0;
    for (const route of routes.filter(({ policy }) => policy !== "public")) {
      const status = await statusOf(route, { authorization: "Bearer viewer" });
      const expected = route.policy === "operate" ? 403 : "past access";
      expect([route.url, status === 403 ? 403 : "past access"]).toEqual([route.url, expected]);
    }
    expect(standIn.wishes).toEqual([]);
  });

  it("refuses an expired token", async () => {
    await putToken("old", ["view"], "2020-01-01T00:00:00.000Z");
    expect((await edge.ask("/api/tasks", { headers: { authorization: "Bearer old" } })).status).toBe(401);
  });

  it("takes shell away where the host does not allow it, whatever the record says", async () => {
    await putToken("bold", ["view", "operate", "exec", "shell"]);
    const me = await edge.ask("/api/me", { headers: { authorization: "Bearer bold" } });
    expect(((await me.json()) as { capabilities: string[] }).capabilities).toEqual([
      "view",
      "operate",
      "exec",
    ]);
    const response = await edge.ask("/api/tasks", {
      method: "POST",
      headers: { authorization: "Bearer bold", "content-type": "application/json" },
      body: JSON.stringify({ type: "command", payload: { command: "ls | wc", shell: true } }),
    });
    expect(response.status).toBe(403);
    expect((await problemOf(response)).detail).toContain("shell");
  });

  it("opens one session per login link, and none for an unknown or expired one", async () => {
    const { url } = await edge.client.loginLink();
    expect(new URL(url).pathname).toBe("/login");
    const use = (link: string) =>
      edge.ask("/api/sessions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ link }),
      });
    const secret = url.split("#")[1] ?? "";
    const both = await Promise.all([use(secret), use(secret)]);
    expect(new Set(both.map(({ status }) => status))).toEqual(new Set([201, 401]));
    expect((await use(secret)).status).toBe(401);
    expect((await use("nonsense")).status).toBe(401);
    const bucket = openAccess(await edge.connect("web"));
    await bucket.put(keyOf("login", "late"), {
      user: "admin",
      capabilities: ["view"],
      expiresAt: "2020-01-01T00:00:00.000Z",
    });
    expect((await use("late")).status).toBe(401);
  });

  it("keeps only hashes", async () => {
    const cookie = await aSession(edge);
    const bucket = openAccess(await edge.connect("web"));
    const keys = [...(await bucket.keys("session.*")), ...(await bucket.keys("login.*"))];
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.join()).not.toContain(cookie.split("=")[1]);
  });

  it("sets a cookie that scripts and other sites cannot use, and forgets the session at logout", async () => {
    const { url } = await edge.client.loginLink();
    const response = await edge.ask("/api/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ link: url.split("#")[1] }),
    });
    const set = response.headers.getSetCookie()[0] ?? "";
    expect(set).toMatch(/HttpOnly/);
    expect(set).toMatch(/SameSite=Strict/);
    expect(set).toMatch(/Path=\//);
    const cookie = set.split(";")[0] ?? "";
    const me = () => edge.ask("/api/me", { headers: { cookie } });
    expect((await me()).status).toBe(200);
    const out = await edge.ask("/api/sessions", { method: "DELETE", headers: { cookie, origin: edge.url } });
    expect(out.status).toBe(204);
    expect((await me()).status).toBe(401);
  });

  it("makes login links for tokens only", async () => {
    const cookie = await aSession(edge);
    const response = await edge.ask("/api/login-links", {
      method: "POST",
      headers: { cookie, origin: edge.url, "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(403);
  });

  it("slows down who tries links", async () => {
    const statuses = new Set<number>();
    for (let attempt = 0; attempt < 11; attempt += 1) {
      const response = await edge.ask("/api/sessions", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ link: `guess-${attempt}` }),
      });
      statuses.add(response.status);
      if (response.status !== 429) continue;
      expect((await problemOf(response)).status).toBe(429);
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(statuses.has(429)).toBe(true);
  });
});

describe("strangers", () => {
  const hostStatus = async (host: string): Promise<number> => {
    const { request } = await import("node:http");
    return new Promise((resolve, reject) => {
      request({ port: edge.port, path: "/health", headers: { host } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      })
        .on("error", reject)
        .end();
    });
  };

  it("answers to its own names only", async () => {
    for (const name of ["127.0.0.1", "localhost", "[::1]"]) {
      expect([name, await hostStatus(`${name}:${edge.port}`)]).toEqual([name, 200]);
    }
    const strange = [
      "evil.example",
      `evil.example:${edge.port}`,
      "127.0.0.1",
      `127.0.0.1:${edge.port + 1}`,
      `2130706433:${edge.port}`,
    ];
    for (const host of strange) expect([host, await hostStatus(host)]).toEqual([host, 421]);
  });

  it("refuses a session's request from any other page, also of another port of this machine", async () => {
    const cookie = await fromBucket();
    const cancel = (headers: Record<string, string>) =>
      edge.ask("/api/tasks/no-such-task/cancel", {
        method: "POST",
        headers: { cookie, "content-type": "application/json", ...headers },
        body: "{}",
      });
    standIn.wishes.length = 0;
    const foreign = [
      {},
      { origin: "http://evil.example" },
      { origin: `http://127.0.0.1:${edge.port + 1}` },
      { origin: `http://localhost:${edge.port}` },
      { origin: "null" },
      { origin: edge.url, "sec-fetch-site": "cross-site" },
      { origin: edge.url, "sec-fetch-site": "same-site" },
    ];
    for (const headers of foreign) {
      expect([headers, (await cancel(headers as Record<string, string>)).status]).toEqual([headers, 403]);
    }
    expect(standIn.wishes).toEqual([]);
    expect((await cancel({ origin: edge.url, "sec-fetch-site": "same-origin" })).status).toBe(503);
    expect(standIn.wishes).toHaveLength(1);
  });

  it("does not show a session's data to another site's page", async () => {
    const cookie = await fromBucket();
    const response = await edge.ask("/api/stream", { headers: { cookie, "sec-fetch-site": "cross-site" } });
    expect(response.status).toBe(403);
  });

  it("sends headers that keep pages of others and caches out", async () => {
    const response = await edge.admin("/api/me");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-eval");
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

/** The login throttle is used up by now: a session made in the bucket is as good. */
const fromBucket = async (): Promise<string> => {
  const bucket = openAccess(await edge.connect("web"));
  const secret = `secret-${Math.random().toString(36).slice(2)}`;
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  await bucket.put(keyOf("session", secret), {
    user: "ada",
    capabilities: ["view", "operate"],
    expiresAt,
    endsAt: expiresAt,
  });
  return `longshore_session=${secret}`;
};
