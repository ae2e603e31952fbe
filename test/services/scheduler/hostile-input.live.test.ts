import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "#infra/nats/serve.ts";
import type { Hello, ReportReply } from "#schema/reports.ts";
import { commandSubject, reportSubject } from "#schema/subjects.ts";
import type { SubmitWish, WishReply } from "#schema/wishes.ts";
import { aRunner, SLEEP } from "../../support/a-scheduler.ts";
import { aWorld, type World } from "../../support/a-world.ts";

let world: World;
let runner: Awaited<ReturnType<typeof aRunner>>;

beforeEach(async () => {
  world = await aWorld();
  runner = await aRunner(world.nats);
  world.ends.push(runner.keepLease(), runner.close);
});
afterEach(() => world.end());

const say = (kind: "hello" | "attempt", body: unknown) =>
  ask<ReportReply>(runner.connection, reportSubject("local", kind), body, 2_000);

/** What the scheduler still can: recover from its journal and take a task to its end. */
const expectHealthy = async (): Promise<void> => {
  await world.restart();
  await runner.hello();
  const assigned = await world.journal.given(await world.submit());
  expect(await runner.report(assigned, { type: "completed", result: null })).toMatchObject({ ok: true });
};

describe("a hello that is none is refused and poisons nothing:", () => {
  const cases: [string, Record<string, unknown>][] = [
    ["types that are no list", { types: null }],
    ["a type that is nothing", { types: [null] }],
    ["a type without a schema", { types: [{ ...SLEEP, payload: null }] }],
    ["slots that are no number", { slots: "many" }],
    ["a negative number of slots", { slots: -1 }],
    ["no boot", { boot: undefined }],
  ];
  for (const [what, changes] of cases) {
    it(what, async () => {
      const reply = await runner.hello(changes as Partial<Hello>);
      expect(reply).toMatchObject({ ok: false, code: "invalid" });
      await expectHealthy();
      expect(world.journal.facts.filter(({ fact }) => fact.type === "joined")).toHaveLength(1);
    });
  }
});

describe("a report that is none is refused and changes nothing:", () => {
  const items = (value: unknown) => ({ type: "items-recorded", items: value });
  const cases: [string, unknown, unknown?][] = [
    ["no body", null],
    ["a body of no known kind", { type: "__proto__" }],
    ["items that are no list", items({ length: 1 })],
    ["items of nothing", items([null])],
    ["an index below zero", items([{ index: -1, outcome: "done" }])],
    ["an index between two items", items([{ index: 0.5, outcome: "done" }])],
    ["an outcome that counts as planned", items([{ index: 0, outcome: "planned" }])],
    ["an outcome from the prototype", items([{ index: 0, outcome: "__proto__" }])],
    ["a plan that is no list", { type: "planned", plan: { items: "abc" } }],
    ["a plan of nothing", { type: "planned", plan: { items: [null] } }],
    [
      "an item whose id no lock could be named after",
      { type: "planned", plan: { items: [{ id: "x".repeat(4_097), name: "x" }] } },
    ],
    ["an error that is none", { type: "attempt-failed", error: null, retryable: true }],
    [
      "an error larger than a fact may be",
      { type: "attempt-failed", error: { code: "x", message: "x".repeat(3_000_000) }, retryable: false },
    ],
    ["a pause that does not say how", { type: "paused" }],
    ["no number", { type: "completed", result: null }, undefined],
    ["a number that is text", { type: "completed", result: null }, "1"],
    ["a fraction as number", { type: "completed", result: null }, 1.5],
    ["a number below one", { type: "completed", result: null }, -1],
    ["a number beyond counting", { type: "completed", result: null }, 1e300],
  ];
  for (const [what, body, number] of cases.map((each) => (each.length === 3 ? each : [...each, 7]))) {
    it(String(what), async () => {
      await runner.hello();
      const assigned = await world.journal.given(await world.submit());
      const { taskId, attempt, token } = assigned;
      const report = { runner: "local", boot: "boot-1", taskId, attempt, token, number, body };
      expect(await say("attempt", report)).toMatchObject({ ok: false, code: "invalid" });
      expect(world.journal.of(taskId).map(({ type }) => type)).toEqual(["submitted"]);
      expect(world.failures()).toEqual([]);
      expect(await runner.report(assigned, { type: "started" }, 1)).toMatchObject({ ok: true });
      await expectHealthy();
    });
  }

  it("a kind of report that only every object has", async () => {
    const reply = ask(runner.connection, "report.local.constructor", { runner: "local" }, 2_000);
    expect(await reply).toMatchObject({ ok: false, code: "invalid" });
  });
});

describe("a wish that is none is refused with the reason:", () => {
  const by = { actor: { kind: "user", id: "ada" }, capabilities: ["operate"] };
  const task = { type: "sleep", payload: {} };
  const cases: [string, "submit" | "task", unknown][] = [
    ["nothing at all", "submit", null],
    ["nobody who wishes", "submit", { id: "w", task }],
    ["nothing to do", "submit", { id: "w", by }],
    ["a time limit beyond time", "submit", { id: "w", by, task: { ...task, timeout: { attemptMs: 1e300 } } }],
    ["a life beyond time", "submit", { id: "w", by, task: { ...task, timeout: { totalMs: 1e300 } } }],
    ["labels that are no texts", "submit", { id: "w", by, task: { ...task, labels: { a: 1 } } }],
    ["a key that is no text", "submit", { id: "w", by, task: { ...task, idempotencyKey: {} } }],
    ["no command", "task", { id: "w", by, taskId: "t" }],
    ["an unknown command", "task", { id: "w", by, taskId: "t", command: { type: "__proto__" } }],
    [
      "a priority that is none",
      "task",
      { id: "w", by, taskId: "t", command: { type: "reprioritise", priority: 1 } },
    ],
  ];
  for (const [what, verb, wish] of cases) {
    it(what, async () => {
      await runner.hello();
      const reply = await ask<WishReply>(
        world.edge.connection,
        commandSubject(verb),
        wish as SubmitWish,
        2_000,
      );
      expect(reply).toMatchObject({ ok: false, code: "invalid" });
      expect(reply.ok ? "" : reply.message).not.toBe("");
      await expectHealthy();
    });
  }
});

it("an unknown verb is refused", async () => {
  expect(await ask(world.edge.connection, "command.toString", {}, 2_000)).toMatchObject({
    ok: false,
    code: "invalid",
  });
});
