import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { aStandIn, anEdge, problemOf, type StandIn, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let standIn: StandIn;

beforeAll(async () => {
  edge = await anEdge();
  standIn = await aStandIn(edge);
});
beforeEach(() => {
  standIn.wishes.length = 0;
  standIn.verbs.length = 0;
  standIn.answer = () => ({ ok: true, id: "x", seq: 0 });
});
afterAll(() => edge.stop());

const schedule = { name: "Nightly", cron: "0 3 * * *", task: { type: "command", payload: {} } };
const template = { name: "backup", task: { type: "command", payload: { command: ["{{what}}"] } } };
const pause = { type: "pause" } as const;

/** What reached the scheduler, without who asked and the wish's own id. */
const wished = (): unknown[] =>
  standIn.wishes.map(({ id: _id, by: _by, ...wish }, index) => ({ verb: standIn.verbs[index], ...wish }));

const send = (method: string, path: string, body: unknown): Promise<Response> =>
  edge.admin(path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

describe("a wish about something other than a task", () => {
  it("reaches the scheduler as it was meant, with its reason", async () => {
    const { queues, schedules, templates, batches } = edge.client;
    await queues.configure("q", { concurrency: 3 }, "busy");
    await queues.change("q", { rate: null });
    await queues.pause("q");
    await queues.resume("q");
    await queues.drain("q", "moving");
    await schedules.create(schedule);
    await schedules.change("s1", { cron: "@daily" }, "less often");
    await schedules.pause("s1");
    await schedules.resume("s1");
    await schedules.run("s1", "now");
    await schedules.delete("s1", "gone");
    await templates.define(template);
    await templates.retire("backup", "old");
    await batches.start({ action: pause, ids: ["a", "b"], ratePerS: 5, reason: "lunch" });
    await batches.stop("b1");
    await batches.undo("b1", "back again");
    expect(wished()).toEqual([
      {
        verb: "queue",
        queue: "q",
        command: { type: "configure", settings: { concurrency: 3, rate: null, preempts: false } },
        reason: "busy",
      },
      { verb: "queue", queue: "q", command: { type: "configure", settings: { rate: null } } },
      { verb: "queue", queue: "q", command: { type: "pause" } },
      { verb: "queue", queue: "q", command: { type: "resume" } },
      { verb: "queue", queue: "q", command: { type: "drain" }, reason: "moving" },
      { verb: "schedule", command: { type: "create", schedule } },
      {
        verb: "schedule",
        command: { type: "change", id: "s1", changes: { cron: "@daily" } },
        reason: "less often",
      },
      { verb: "schedule", command: { type: "pause", id: "s1" } },
      { verb: "schedule", command: { type: "resume", id: "s1" } },
      { verb: "schedule", command: { type: "run", id: "s1" }, reason: "now" },
      { verb: "schedule", command: { type: "delete", id: "s1" }, reason: "gone" },
      { verb: "template", command: { type: "define", template } },
      { verb: "template", command: { type: "retire", name: "backup" }, reason: "old" },
      {
        verb: "batch",
        command: { type: "start", action: pause, tasks: { value: ["a", "b"] }, ratePerS: 5 },
        reason: "lunch",
      },
      { verb: "batch", command: { type: "stop", batch: "b1" } },
      {
        verb: "batch",
        command: { type: "start", action: { type: "undo", batch: "b1" }, tasks: { value: [] } },
        reason: "back again",
      },
    ]);
    expect(standIn.wishes[0]?.by.actor).toEqual({ kind: "token", id: "admin" });
  });

  it("is answered with 201 and where to find what was made", async () => {
    const answers = [
      await edge.post("/api/schedules", schedule),
      await edge.post("/api/templates", template),
      await edge.post("/api/batches", { action: pause, ids: ["a"] }),
    ];
    expect(answers.map(({ status, headers }) => [status, headers.get("location")])).toEqual([
      [201, "/api/schedules/x"],
      [201, "/api/templates/backup"],
      [201, "/api/batches/x"],
    ]);
    expect(await answers[2]?.json()).toEqual({ id: "x", seq: 0, total: 1, asOf: null });
  });

  it.each([
    ["unknown-record", 404],
    ["invalid", 400],
    ["forbidden", 403],
    ["refused", 409],
    ["key-reused", 409],
    ["unavailable", 503],
    ["full", 503],
  ] as const)(
    "that is refused as %s is answered with %i and the scheduler's own words",
    async (code, status) => {
      standIn.answer = () => ({
        ok: false,
        code,
        message: "Because.",
        details: [{ path: "schedule/cron", message: "never comes" }],
      });
      const response = await edge.post("/api/schedules/s1/run", {});
      expect(response.status).toBe(status);
      const problem = await problemOf(response);
      expect([problem.detail, problem.details]).toEqual([
        "Because.",
        [{ path: "/schedule/cron", message: "never comes" }],
      ]);
    },
  );

  it.each<[string, string, unknown, string]>([
    ["a queue limit of zero", "PATCH /api/queues/q", { concurrency: 0 }, "concurrency"],
    ["an unknown setting", "PUT /api/queues/q", { size: 1 }, "size is not known here"],
    ["a queue that is a path", "POST /api/queues/a%2Fb/pause", {}, "id"],
    ["a schedule without a task", "POST /api/schedules", { name: "n", cron: "@daily" }, "task is missing"],
    ["an unknown overlap", "PATCH /api/schedules/s", { overlap: "often" }, "must be one of skip"],
    ["a template name that is a path", "POST /api/templates", { ...template, name: "a/b" }, "name"],
    ["a batch of nothing", "POST /api/batches", { action: pause }, "ids must be there"],
    ["a batch of an empty list", "POST /api/batches", { action: pause, ids: [] }, "ids"],
    ["a batch of both ways", "POST /api/batches", { action: pause, ids: ["a"], query: {} }, "ids"],
    ["a batch twice about one task", "POST /api/batches", { action: pause, ids: ["a", "a"] }, "ids"],
    ["asOf without a query", "POST /api/batches", { action: pause, ids: ["a"], asOf: 1 }, "asOf"],
    ["asOf of the future", "POST /api/batches", { action: pause, query: {}, asOf: 1e6 }, "journal's end"],
    [
      "an unknown action",
      "POST /api/batches",
      { action: { type: "burn" }, ids: ["a"] },
      "action/type must be one of cancel, pause",
    ],
    [
      "half an action",
      "POST /api/batches",
      { action: { type: "delay" }, ids: ["a"] },
      "action/runAt is missing",
    ],
    [
      "an action with too much",
      "POST /api/batches",
      { action: { type: "pause", items: "all" }, ids: ["a"] },
      "action/items is not known here",
    ],
    [
      "an action that is a word",
      "POST /api/batches",
      { action: "pause", ids: ["a"] },
      "action must be object",
    ],
    [
      "an action and an id that are wrong",
      "POST /api/batches",
      { action: {}, ids: ["a/b"] },
      "action/type must be one of",
    ],
    ["an unknown filter", "POST /api/batches", { action: pause, query: { colour: "red" } }, "colour"],
    ["a limit in a filter", "POST /api/batches", { action: pause, query: { limit: 5 } }, "limit"],
    [
      "an undo of named tasks",
      "POST /api/batches",
      { action: { type: "undo", batch: "b" }, ids: ["a"] },
      "undo",
    ],
    ["a negative rate", "POST /api/dead-letters/abc/redrive", { ratePerS: -1 }, "ratePerS"],
    ["no tasks at all", "POST /api/tasks/many", { tasks: [] }, "tasks"],
    [
      "one wrong task of many",
      "POST /api/tasks/many",
      { tasks: [{ type: "x" }] },
      "tasks/0/payload is missing",
    ],
    [
      "a change of two things at once",
      "PATCH /api/tasks/t",
      { priority: "high", runAt: "2030-01-01T00:00:00Z" },
      "priority",
    ],
    ["a change of nothing", "PATCH /api/tasks/t", { reason: "none" }, "priority must be there"],
    ["no slots at all", "POST /api/runners/r/scale", { slots: 0 }, "slots"],
  ])("is refused for %s, and nobody is asked", async (_, route, body, says) => {
    const [method = "", path = ""] = route.split(" ");
    const response = await send(method, path, body);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).detail).toContain(says);
    expect(standIn.wishes).toEqual([]);
  });

  it.each([
    ["/api/batches/b/results?cursor=7", "cursor"],
    ["/api/batches/b/results?ok=maybe", "ok"],
    ["/api/batches?cursor=x", "cursor"],
    ["/api/templates/t/versions/latest", "version"],
    ["/api/tasks?after=a%20b", "after"],
  ])("says what is wrong with %s", async (path, says) => {
    const response = await edge.admin(path);
    expect(response.status).toBe(400);
    expect((await problemOf(response)).detail).toContain(says);
  });
});

describe("many tasks at once", () => {
  it("are answered one by one, in order", async () => {
    standIn.answer = () => ({
      ok: true,
      seq: 0,
      replies: [
        { ok: true, taskId: "t1", seq: 0, state: "queued" },
        {
          ok: false,
          code: "invalid",
          message: "No.",
          details: [{ path: "payload/ms", message: "is no number" }],
        },
        { ok: true, taskId: "t0", seq: 0, state: "settled", repeated: true },
      ],
    });
    const task = { type: "command", payload: {} };
    const { items } = await edge.client.submitMany([task, task, { ...task, after: ["@0"] }]);
    expect(items).toMatchObject([
      { ok: true, id: "t1", repeated: false },
      { ok: false, problem: { status: 400, detail: "No.", details: [{ path: "/payload/ms" }] } },
      { ok: true, id: "t0", repeated: true },
    ]);
    expect(wished()).toEqual([{ verb: "submit-many", tasks: [task, task, { ...task, after: ["@0"] }] }]);
  });

  it("are at most a thousand, and none has more than 1 MiB", async () => {
    const task = { type: "command", payload: {} };
    const many = await edge.post("/api/tasks/many", { tasks: Array.from({ length: 1_001 }, () => task) });
    expect(many.status).toBe(400);
    const giant = { ...task, payload: "x".repeat(1024 ** 2) };
    const large = await edge.post("/api/tasks/many", { tasks: [task, giant] });
    expect([large.status, (await problemOf(large)).detail]).toEqual([
      413,
      "The payload of task 1 is too large: it may have 1 MiB.",
    ]);
    expect(standIn.wishes).toEqual([]);
  });

  it("of 100 KiB each arrive together up to what a request may hold", async () => {
    standIn.answer = () => ({ ok: true, seq: 0, replies: [] });
    const task = { type: "command", payload: "x".repeat(100 * 1024) };
    await edge.client.submitMany(Array.from({ length: 60 }, () => task));
    expect(standIn.wishes).toHaveLength(1);
    const response = await edge.post("/api/tasks/many", { tasks: Array.from({ length: 80 }, () => task) });
    expect(response.status).toBe(413);
  });
});

describe("a batch of very many", () => {
  it("names them by reference, and dry runs answer what would happen", async () => {
    standIn.answer = () => ({ ok: true, dryRun: true, can: 1, cannot: 99_999, reasons: [], refused: [] });
    const ids = Array.from({ length: 100_000 }, (_, place) => `019-${place}-${"x".repeat(28)}`);
    const outlook = await edge.client.batches.outlook({ action: pause, ids });
    expect(outlook).toEqual({
      dryRun: true,
      can: 1,
      cannot: 99_999,
      reasons: [],
      refused: [],
      total: 100_000,
      asOf: null,
    });
    expect(wished()).toMatchObject([
      { command: { dryRun: true, tasks: { ref: expect.any(String) as string } } },
    ]);
    const response = await edge.post("/api/batches", { action: pause, ids: [...ids, "one-more"] });
    expect(response.status).toBe(400);
  });
});

describe("a runner's pool", () => {
  it("is asked of the runner, and 503 when it does not answer, and 404 when there is none", async () => {
    await expect(edge.client.pools.get("nobody")).rejects.toMatchObject({ status: 404 });
  });
});
