import { connect } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aStandIn, anEdge, problemOf, type StandIn, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let standIn: StandIn;

beforeAll(async () => {
  edge = await anEdge();
  standIn = await aStandIn(edge);
});
beforeEach(() => (standIn.wishes.length = 0));
afterAll(() => edge.stop());

const good = { type: "command", payload: { command: ["true"] } };
const deep = JSON.parse("[".repeat(100) + "]".repeat(100)) as unknown;

describe("bad input", () => {
  it.each<[string, number, unknown, string]>([
    ["a body that is not JSON", 400, "{type:", "not valid JSON"],
    ["a body that is a list", 400, [], "must be object"],
    ["no type", 400, { payload: {} }, "type is missing"],
    ["no payload", 400, { type: "command" }, "payload is missing"],
    ["an unknown field", 400, { ...good, image: "x" }, "image is not known here"],
    ["a type that is no text", 400, { ...good, type: 7 }, "type must be string"],
    ["a number sent as text", 400, { ...good, timeout: { attemptMs: "5000" } }, "timeout/attemptMs"],
    ["an unknown priority", 400, { ...good, priority: "urgent" }, "must be one of critical"],
    ["a queue that is a path", 400, { ...good, queue: "../../x" }, "queue"],
    ["a date that is none", 400, { ...good, runAt: "tomorrow" }, "runAt"],
    ["a leap second", 400, { ...good, runAt: "2026-12-31T23:59:60Z" }, "runAt"],
    [
      "a label with a space in its name",
      400,
      { ...good, labels: { "a b": "x" } },
      "labels/a b is not known here",
    ],
    ["an unknown field in a part", 400, { ...good, retry: { times: 3 } }, "retry/times is not known here"],
    ["a NUL character", 400, { ...good, name: "a\u0000b" }, "NUL"],
    [
      "a NUL character deep in the payload",
      400,
      { ...good, payload: { command: ["a", "b\u0000"] } },
      "payload/command/1",
    ],
    ["half a surrogate pair", 400, '{"type":"command","payload":{"command":["\\ud800"]}}', "well-formed"],
    ["a prototype", 400, '{"type":"command","payload":{"__proto__":{"a":1}}}', ""],
    ["deep nesting", 400, { ...good, payload: deep }, "nested"],
    ["an endless name", 400, { ...good, name: "x".repeat(201) }, "name"],
    ["a payload above 1 MiB", 413, { ...good, payload: { text: "x".repeat(1024 ** 2) } }, "1 MiB"],
    ["a body far above 1 MiB", 413, { ...good, payload: { text: "x".repeat(3 * 1024 ** 2) } }, "1 MiB"],
  ])("answers %s with a %i problem and asks nobody", async (_, status, body, says) => {
    const response = await edge.post("/api/tasks", body);
    expect(response.status).toBe(status);
    const problem = await problemOf(response);
    expect(problem.status).toBe(status);
    expect(problem.detail).toContain(says);
    expect(standIn.wishes).toEqual([]);
  });

  it("names every place that is wrong", async () => {
    const response = await edge.post("/api/tasks", {
      type: "",
      priority: "x",
      zip: 1,
      retry: { maxAttempts: 0 },
    });
    const { details } = await problemOf(response);
    expect(details?.map(({ path }) => path).sort()).toEqual(
      ["/payload", "/priority", "/retry/maxAttempts", "/type", "/zip"].sort(),
    );
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "application/json\t",
    "application/jsonx",
    "application/json; charset=utf-16",
    "",
  ])("takes only JSON, not %j", async (type) => {
    const response = await edge.admin("/api/tasks", {
      method: "POST",
      headers: { "content-type": type },
      body: new TextEncoder().encode(JSON.stringify(good)),
    });
    // fetch trims a trailing tab, so that one arrives as plain JSON: it must then be read as JSON.
    expect([415, 503]).toContain(response.status);
    if (response.status === 503) expect(standIn.wishes).toHaveLength(1);
    else expect(standIn.wishes).toEqual([]);
  });

  it.each([
    "/api/tasks/..%2f..%2fimages%2fprune",
    "/api/tasks/abc%2fstop%3ft=0",
    "/api/tasks/abc%2fstop%3ft=0/cancel",
    "/api/tasks/%00/cancel",
    "/api/tasks/a%20b/cancel",
    "/api/tasks/%E0%A4%A/cancel",
    `/api/tasks/${"x".repeat(65)}/cancel`,
  ])("lets no id through that is none: %s", async (path) => {
    const response = await edge.post(path, {});
    expect([400, 404]).toContain(response.status);
    await problemOf(response);
    expect(standIn.wishes).toEqual([]);
  });

  it("answers an id that is a path with a 404, whatever a client makes of the dots", async () => {
    const response = await edge.post("/api/tasks/../../images/prune", {});
    expect(response.status).toBe(404);
    expect((await problemOf(response)).detail).toContain("There is no POST");
    expect(standIn.wishes).toEqual([]);
  });

  it.each([
    ["/api/tasks?state=sleeping", "queued"],
    ["/api/tasks?limit=0", "limit"],
    ["/api/tasks?limit=many", "limit"],
    ["/api/tasks?limit=501", "limit"],
    ["/api/tasks?cursor=zzz", "cursor"],
    ["/api/tasks?colour=red", "colour"],
    ["/api/tasks?from=yesterday", "from"],
    ["/api/tasks?from=0000-01-01T00:00:00Z", "from"],
    ["/api/tasks?to=2026-12-31T23:59:60Z", "to"],
    ["/api/tasks?text=a%00b", "NUL"],
    ["/api/tasks/abc/events?after=-1", "after"],
    ["/api/tasks/abc/events?after=1e300", "after"],
    ["/api/tasks/abc/logs?after=99999999999999999999", "after"],
    ["/api/tasks/abc/snapshot?at=1e300", "at"],
    ["/api/queues/abc/events?after=1e300", "after"],
    ["/api/tasks/abc/snapshot", "at"],
    ["/api/stream?after=x", "after"],
  ])("says what is wrong with %s", async (path, says) => {
    const response = await edge.admin(path);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).detail).toContain(says);
  });

  it("says what is wrong with a Last-Event-ID", async () => {
    const response = await edge.admin("/api/stream", { headers: { "last-event-id": "first" } });
    expect(response.status).toBe(400);
  });

  it("refuses two different idempotency keys, and takes two equal ones", async () => {
    const body = { ...good, idempotencyKey: "one" };
    expect((await edge.post("/api/tasks", body, { "idempotency-key": "two" })).status).toBe(400);
    expect(standIn.wishes).toEqual([]);
    await edge.post("/api/tasks", body, { "idempotency-key": "one" });
    await edge.post("/api/tasks", good, { "idempotency-key": "three" });
    expect(standIn.wishes.map((wish) => ("task" in wish ? wish.task.idempotencyKey : null))).toEqual([
      "one",
      "three",
    ]);
  });

  it.each([
    ["unknown-type", 400],
    ["invalid", 400],
    ["too-large", 413],
    ["forbidden", 403],
    ["full", 503],
    ["unavailable", 503],
  ] as const)("answers the scheduler's %s with %i", async (code, status) => {
    standIn.answer = () => ({
      ok: false,
      code,
      message: "Because.",
      details: [{ path: "payload/x", message: "no" }],
    });
    const response = await edge.post("/api/tasks", good);
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after") !== null).toBe(status === 503);
    const problem = await problemOf(response);
    expect(problem.detail).toBe("Because.");
    expect(problem.details).toEqual([{ path: "/payload/x", message: "no" }]);
  });

  it("answers a wish the chart refuses with 409 and the state, and an unknown task with 404", async () => {
    standIn.answer = () => ({ ok: false, code: "refused", message: "Cannot cancel.", state: "completed" });
    const refused = await edge.post("/api/tasks/abc/cancel", {});
    expect(refused.status).toBe(409);
    expect((await problemOf(refused)).state).toBe("completed");
    standIn.answer = () => ({ ok: false, code: "unknown-task", message: "There is no such task." });
    expect((await edge.post("/api/tasks/abc/cancel", {})).status).toBe(404);
  });

  it("sends each steering route as its command, with the reason and the body's absence allowed", async () => {
    standIn.answer = () => ({ ok: false, code: "refused", message: "no", state: "queued" });
    await edge.admin("/api/tasks/abc/pause", { method: "POST" });
    await edge.post("/api/tasks/abc/resume", { reason: "lunch is over" });
    await edge.post("/api/tasks/abc/retry", {});
    await edge.post("/api/tasks/abc/approve", { plan: 2, hash: "5ea1", except: [0, 3], volumes: [1] });
    await edge.post("/api/tasks/abc/replan", { plan: 2 });
    await edge.admin("/api/tasks/abc", {
      method: "PATCH",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ priority: "high" }),
    });
    expect(standIn.wishes.map((wish) => ("command" in wish ? wish.command : null))).toEqual([
      { type: "pause" },
      { type: "resume", reason: "lunch is over" },
      { type: "retry", items: "failed" },
      { type: "approve", plan: 2, hash: "5ea1", except: [0, 3], volumes: [1] },
      { type: "replan", plan: 2 },
      { type: "reprioritise", priority: "high" },
    ]);
    expect(standIn.wishes[0]?.by.actor).toEqual({ kind: "token", id: "admin" });
  });

  it("answers what it has no route for with a problem, and a page for people", async () => {
    for (const path of ["/api/nothing", "/api", "/metrics/x"]) {
      const response = await edge.admin(path);
      expect([path, response.status]).toEqual([path, 404]);
      await problemOf(response);
    }
    expect((await edge.admin("/api/tasks", { method: "DELETE" })).status).toBe(404);
    const page = await edge.ask("/tasks/abc", { headers: { accept: "text/html" } });
    expect([200, 503]).toContain(page.status);
    expect(page.headers.get("content-type")).toMatch(page.status === 200 ? /text\/html/ : /text\/plain/);
  });

  it("answers 503 with Retry-After when nobody answers for the engine or the metrics", async () => {
    const response = await edge.admin("/metrics");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).not.toBeNull();
    await problemOf(response);
    expect((await edge.admin("/api/hosts/nobody/containers")).status).toBe(404);
  });

  const raw = (text: string): Promise<string> =>
    new Promise((resolve, reject) => {
      let answer = "";
      connect(edge.port, "127.0.0.1")
        .on("data", (data) => (answer += data.toString()))
        .on("close", () => resolve(answer))
        .on("error", reject)
        .end(text);
    });

  it("answers what is no request with a problem, too", async () => {
    const garbage = await raw("HELLO\r\n\r\n");
    expect(garbage).toMatch(/^HTTP\/1\.1 400 Bad Request/);
    expect(garbage).toContain("application/problem+json");
    const large = await raw(
      `GET /health HTTP/1.1\r\nHost: 127.0.0.1:${edge.port}\r\nX: ${"x".repeat(40_000)}\r\n\r\n`,
    );
    expect(large).toMatch(/^HTTP\/1\.1 431/);
    expect((await edge.ask("/health")).status).toBe(200);
  });
});
