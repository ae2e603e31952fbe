import { describe, expect, it } from "vitest";
import { ApiProblem, createClient } from "#client/http.ts";

const answering = (answer: () => Response) => {
  const asked: { url: string; init: RequestInit }[] = [];
  const client = createClient({
    baseUrl: "http://127.0.0.1:7400",
    token: "t",
    fetch: async (input, init = {}) => {
      asked.push({ url: input as string, init });
      return answer();
    },
  });
  return { asked, client };
};
const json = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status });

describe("the HTTP client", () => {
  it("asks the routes of the contract", async () => {
    const { asked, client } = answering(() => json({}));
    await client.submit({ type: "command", payload: {} }, { idempotencyKey: "k" });
    await client.tasks({ state: "active", text: "a&b", limit: 5 });
    await client.events("a/b", { after: 7 });
    await client.retry("x");
    await client.setPriority("x", "high", "because");
    expect(
      asked.map(({ url, init }) => `${init.method} ${url.slice("http://127.0.0.1:7400".length)}`),
    ).toEqual([
      "POST /api/tasks",
      "GET /api/tasks?state=active&text=a%26b&limit=5",
      "GET /api/tasks/a%2Fb/events?after=7",
      "POST /api/tasks/x/retry",
      "PATCH /api/tasks/x",
    ]);
    expect(asked[0]?.init.headers).toMatchObject({ authorization: "Bearer t", "idempotency-key": "k" });
    expect(asked[3]?.init.body).toBe('{"items":"failed"}');
    expect(asked[4]?.init.body).toBe('{"priority":"high","reason":"because"}');
  });

  it("asks the routes of queues, schedules, templates, batches, dead letters and pools", async () => {
    const { asked, client } = answering(() => json({}));
    await client.submitMany([{ type: "command", payload: {} }]);
    await client.delay("x", "2030-01-01T00:00:00Z", "later");
    await client.queues.events("q", { after: 3 });
    await client.schedules.change("a/b", { cron: "@daily" });
    await client.schedules.delete("s", "done");
    await client.templates.get("t", 3);
    await client.templates.submit("t", { parameters: { a: 1 } });
    await client.batches.outlook({ action: { type: "cancel" }, ids: ["x"] });
    await client.batches.results("b", { ok: false, cursor: "7.1" });
    await client.deadLetters.redrive("f");
    await client.pools.scale("local", null);
    expect(
      asked.map(({ url, init }) => `${init.method} ${url.slice("http://127.0.0.1:7400".length)}`),
    ).toEqual([
      "POST /api/tasks/many",
      "PATCH /api/tasks/x",
      "GET /api/queues/q/events?after=3",
      "PATCH /api/schedules/a%2Fb",
      "DELETE /api/schedules/s",
      "GET /api/templates/t/versions/3",
      "POST /api/templates/t/submit",
      "POST /api/batches",
      "GET /api/batches/b/results?ok=false&cursor=7.1",
      "POST /api/dead-letters/f/redrive",
      "POST /api/runners/local/scale",
    ]);
    expect([1, 4, 7, 9, 10].map((place) => asked[place]?.init.body)).toEqual([
      '{"runAt":"2030-01-01T00:00:00Z","reason":"later"}',
      '{"reason":"done"}',
      '{"action":{"type":"cancel"},"ids":["x"],"dryRun":true}',
      "{}",
      '{"slots":null}',
    ]);
  });

  it("asks the routes of plans, items, the ledger, undo and hosts", async () => {
    const { asked, client } = answering(() => json({}));
    await client.items("x", { outcome: "done,failed", kind: "image", text: "a&b", after: 7 });
    await client.itemsSummary("x");
    await client.plan("x");
    await client.approve("x", { plan: 1, hash: "h", except: [2], volumes: [] });
    await client.replan("x", 2, "stale");
    await client.undo("x", "wrong");
    await client.undo("x");
    await client.ledger.list({ id: "sha256:ab", host: "h", limit: 5, cursor: "9.1" });
    await client.hosts.disk("a b");
    await client.hosts.runs("local", 3);
    await client.hosts.rows("local", "build-cache");
    expect(
      asked.map(({ url, init }) => `${init.method} ${url.slice("http://127.0.0.1:7400".length)}`),
    ).toEqual([
      "GET /api/tasks/x/items?outcome=done%2Cfailed&kind=image&text=a%26b&after=7",
      "GET /api/tasks/x/items/summary",
      "GET /api/tasks/x/plan",
      "POST /api/tasks/x/approve",
      "POST /api/tasks/x/replan",
      "POST /api/tasks/x/undo",
      "POST /api/tasks/x/undo",
      "GET /api/ledger?id=sha256%3Aab&host=h&limit=5&cursor=9.1",
      "GET /api/hosts/a%20b/disk",
      "GET /api/hosts/local/runs?limit=3",
      "GET /api/hosts/local/build-cache",
    ]);
    expect([3, 4, 5, 6].map((place) => asked[place]?.init.body)).toEqual([
      '{"plan":1,"hash":"h","except":[2],"volumes":[]}',
      '{"plan":2,"reason":"stale"}',
      '{"reason":"wrong"}',
      "{}",
    ]);
  });

  it("names files by their addresses, for links", () => {
    const { client } = answering(() => json({}));
    expect(client.itemsFile("a/b", "csv", { outcome: "failed" })).toBe(
      "/api/tasks/a%2Fb/items.csv?outcome=failed",
    );
    expect(client.planFile("x")).toBe("/api/tasks/x/plan?download");
    expect(client.ledger.file("json")).toBe("/api/ledger.json");
    expect(client.ledger.file("csv", { text: "=a&b" })).toBe("/api/ledger.csv?text=%3Da%26b");
  });

  it("throws the server's problem, with how long to wait", async () => {
    const problem = {
      type: "about:blank",
      title: "Conflict",
      status: 409,
      detail: "Cannot.",
      state: "queued",
    };
    const { client } = answering(
      () => new Response(JSON.stringify(problem), { status: 409, headers: { "retry-after": "3" } }),
    );
    const error = await client.cancel("x").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 409, message: "Cannot.", problem, retryAfter: 3 });
  });

  it("makes a problem of an answer that is not Longshore's", async () => {
    const { client } = answering(
      () => new Response("<h1>Bad gateway</h1>", { status: 502, statusText: "Bad Gateway" }),
    );
    await expect(client.tasks()).rejects.toMatchObject({ status: 502, problem: { title: "Bad Gateway" } });
  });

  it("takes a login link as it was printed, or only its secret", async () => {
    const { asked, client } = answering(() => json({}, 201));
    await client.login("http://127.0.0.1:7400/login#secret-1");
    await client.login("secret-2");
    expect(asked.map(({ init }) => init.body)).toEqual(['{"link":"secret-1"}', '{"link":"secret-2"}']);
  });
});
