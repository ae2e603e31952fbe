import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser } from "../../support/browser.ts";
import { lacks } from "../../support/needs.ts";
import { aSession, aStandIn, anEdge, type StandIn, type TestEdge } from "./an-edge.ts";

/** In the page: everything a hostile script can try with the visitor's own cookie. Answers what each attempt could read. */
const attack = async (target: string): Promise<Record<string, string>> => {
  const outcome = async (work: () => Promise<string>): Promise<string> => work().catch(() => "blocked");
  const post = (type: string, mode: "cors" | "no-cors") =>
    outcome(async () => {
      const response = await fetch(`${target}/api/tasks/t-1/cancel`, {
        method: "POST",
        mode,
        credentials: "include",
        headers: { "content-type": type },
        body: "{}",
      });
      return response.type === "opaque" ? "opaque" : String(response.status);
    });
  const read = outcome(async () => (await fetch(`${target}/api/me`, { credentials: "include" })).text());
  return {
    read: await read,
    simple: await post("text/plain", "no-cors"),
    json: await post("application/json", "cors"),
  };
};

const page = (body: string): string => `<!doctype html><title>Innocent</title>${body}`;

describe.skipIf(lacks.browser)("a hostile page in a real browser", () => {
  let edge: TestEdge;
  let standIn: StandIn;
  let browser: Browser;
  let hostile: Server;
  let cookie: string;
  /** What of ours was asked for since the last visit began. */
  const answers: Promise<{ path: string; status: number; withCookie: boolean }>[] = [];

  beforeAll(async () => {
    edge = await anEdge();
    standIn = await aStandIn(edge);
    cookie = await aSession(edge);
    hostile = createServer((_, response) => {
      response.setHeader("content-type", "text/html");
      response.end(
        page(
          `<form id="f" method="post" enctype="text/plain" action="${edge.url}/api/tasks/t-1/cancel"><input name='{"reason":"' value='"}'></form>`,
        ),
      );
    }).listen(0, "127.0.0.1");
    await once(hostile, "listening");
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    hostile.close();
    await edge.stop();
  });

  const visit = async (host: string): Promise<Page> => {
    const context = await browser.newContext();
    const [name = "", value = ""] = cookie.split("=");
    await context.addCookies([
      { name, value, domain: "127.0.0.1", path: "/", httpOnly: true, sameSite: "Strict" },
    ]);
    const opened = await context.newPage();
    opened.on("response", (response) => {
      if (!response.url().startsWith(edge.url)) return;
      const headers = response.request().allHeaders();
      const told = headers.then((all) => ({
        path: new URL(response.url()).pathname,
        status: response.status(),
        withCookie: (all["cookie"] ?? "").includes(name),
      }));
      // Nobody asks any more when the page is closed before.
      told.catch(() => undefined);
      answers.push(told);
    });
    const { port } = hostile.address() as { port: number };
    await opened.goto(`http://${host}:${port}/`);
    answers.length = 0;
    standIn.wishes.length = 0;
    return opened;
  };

  it.each([
    ["another port of this machine, to which the browser sends the cookie", "127.0.0.1"],
    ["another name of this machine", "localhost"],
  ])("from %s reads nothing and does nothing", async (_, host) => {
    const opened = await visit(host);
    // esbuild names functions by a helper that the page does not have.
    await opened.evaluate("globalThis.__name = (f) => f");
    const got = await opened.evaluate(attack, edge.url);
    expect(got).toEqual({ read: "blocked", simple: "blocked", json: "blocked" });
    const arrived = opened.waitForURL(`${edge.url}/**`);
    await opened.evaluate("document.getElementById('f').submit()");
    await arrived;
    const seen = await Promise.all(answers);
    const posted = seen.filter(({ path }) => path.endsWith("/cancel"));
    expect(posted.length).toBeGreaterThanOrEqual(1);
    for (const { status } of posted) expect([403, 404, 415]).toContain(status);
    expect(standIn.wishes).toEqual([]);
    if (host === "127.0.0.1") expect(seen.some(({ withCookie }) => withCookie)).toBe(true);
    await opened.context().close();
  });

  it("that rebinds its name to this machine is told that this is not its server", async () => {
    const rebound = await openBrowser(["--host-resolver-rules=MAP evil.example 127.0.0.1"]);
    const opened = await rebound.newPage();
    const response = await opened.goto(`http://evil.example:${edge.port}/api/me`);
    expect(response?.status()).toBe(421);
    expect((await opened.goto(`http://evil.example:${edge.port}/`))?.status()).toBe(421);
    await rebound.close();
  });

  it("is no frame around us, and our own page may use its session", async () => {
    const opened = await visit("127.0.0.1");
    const errors: string[] = [];
    opened.on("console", (message) => errors.push(message.text()));
    await opened.evaluate(
      `document.body.innerHTML = '<iframe src="${edge.url}/"></iframe>'; new Promise((done) => document.querySelector("iframe").addEventListener("load", done))`,
    );
    await expect.poll(() => errors.join()).toMatch(/frame|X-Frame-Options|refused/i);
    await opened.goto(`${edge.url}/tasks`);
    const me = await opened.evaluate(`fetch("/api/me").then((answer) => answer.json())`);
    expect(me).toMatchObject({ user: "admin", kind: "user" });
    const cancelled = await opened.evaluate(
      `fetch("/api/tasks/t-1/cancel", { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }).then((answer) => answer.status)`,
    );
    expect(cancelled).toBe(503);
    expect(standIn.wishes).toHaveLength(1);
    await opened.context().close();
  });
});
