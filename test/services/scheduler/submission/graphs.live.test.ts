import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ask } from "#infra/nats/serve.ts";
import type { ChildReply, ResultsReply } from "#schema/attempt-questions.ts";
import type { TaskFact } from "#schema/envelope.ts";
import { type ReportKind, reportSubject } from "#schema/subjects.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { SubmitManyReply } from "#schema/wishes.ts";
import { aWorld, type World } from "../../../support/a-world.ts";
import { until } from "../../../support/until.ts";

let world: World;
beforeEach(async () => {
  world = await aWorld();
});
afterEach(() => world.end());

const submitMany = async (tasks: Partial<SubmitBody>[]): Promise<string[]> => {
  const bodies = tasks.map((task) => ({ type: "sleep", payload: {}, ...task }));
  const reply = await world.send<SubmitManyReply>("submit-many", { tasks: bodies });
  if (!reply.ok) throw new Error(reply.message);
  return reply.replies.map((one) => (one.ok ? one.taskId : one.code));
};

const stateOf = (id: string): string => world.journal.of(id).at(-1)?.to ?? "unborn";

type Runner = Awaited<ReturnType<typeof world.runner>>;

/** Runs a task's next assignment to its end. */
const perform = async (runner: Runner, id: string, result: unknown = null): Promise<void> => {
  const assigned = await world.journal.given(id);
  await runner.report(assigned, { type: "started" });
  await runner.report(assigned, { type: "completed", result });
  await world.journal.next(id, "completed");
};

const asking = <T>(runner: Runner, kind: ReportKind, { taskId, token }: TaskFact, more: object = {}) =>
  ask<T>(
    runner.connection,
    reportSubject("local", kind),
    { runner: "local", boot: "boot-1", taskId, token, ...more },
    10_000,
  );

describe("a graph", () => {
  it("goes on where it stood when the scheduler is replaced in its middle", async () => {
    const runner = await world.runner({ slots: 10 });
    const [first, left, right, last] = (await submitMany([
      {},
      { after: ["@0"] },
      { after: ["@0"] },
      { after: ["@1", "@2"] },
    ])) as [string, string, string, string];
    await perform(runner, first);
    await perform(runner, left);
    expect(stateOf(last)).toBe("pending");
    await world.restart();
    await perform(runner, right);
    await perform(runner, last);
    expect(world.journal.of(last).map(({ type }) => type)).toEqual([
      "submitted",
      "released",
      "assigned",
      "started",
      "completed",
    ]);
    expect(world.journal.of(last)[1]?.seq).toBeGreaterThan(world.journal.of(right).at(-1)?.seq ?? Infinity);
  });

  it("of a thousand is taken in one wish, and skipped as one when its first is cancelled across a restart", async () => {
    await world.runner({ slots: 0 });
    const skip = { when: "succeeded", otherwise: "skip" } as const;
    const ids = await submitMany([
      {},
      ...Array.from({ length: 999 }, () => ({ after: ["@0"], afterPolicy: skip })),
    ]);
    await world.restart();
    await world.edge.wish(String(ids[0]), { type: "cancel" });
    const skipped = () => world.journal.taskFacts().filter(({ type }) => type === "dependency-failed");
    await until("all are skipped", () => skipped().length === 999);
    expect(new Set(skipped().map(({ taskId, to }) => `${taskId} ${to}`))).toEqual(
      new Set(ids.slice(1).map((id) => `${id} cancelled`)),
    );
    const last = world.journal.of(String(ids.at(-1)));
    expect(last.map(({ type }) => type)).toEqual(["submitted", "dependency-failed"]);
    expect(last[1]).toMatchObject({ data: { task: ids[0], state: "cancelled" } });
  });

  it("is stored as one, so that a crash leaves all of it or nothing", async () => {
    await world.runner({ slots: 0 });
    const ids = await submitMany([{}, { after: ["@0"] }, { after: ["@1"] }]);
    await world.journal.next(String(ids[2]), "submitted");
    const stored = world.journal.facts.filter(({ fact }) => "taskId" in fact && ids.includes(fact.taskId));
    const batches = stored.map(({ message }) => message.headers?.get("Nats-Batch-Id"));
    expect(batches).toHaveLength(3);
    expect(batches[0]).toMatch(/./);
    expect(new Set(batches).size).toBe(1);
  });

  it("in a circle is refused with the circle, and leaves no trace", async () => {
    await world.runner({ slots: 0 });
    const tasks = [{ after: ["@1"] }, { after: ["@0"] }].map((task) => ({
      type: "sleep",
      payload: {},
      ...task,
    }));
    const reply = await world.send<SubmitManyReply>("submit-many", { tasks });
    expect(reply).toMatchObject({
      ok: false,
      code: "invalid",
      details: [{ message: "@0 after @1 after @0" }],
    });
    expect(world.journal.taskFacts()).toEqual([]);
  });
});

describe("a running attempt", () => {
  it("submits a child once, also when it asks again of the next scheduler", async () => {
    const runner = await world.runner();
    const assigned = await world.journal.given(await world.submit());
    await runner.report(assigned, { type: "started" });
    const child = { key: "first", task: { type: "sleep", payload: {} } };
    const reply = await asking<ChildReply>(runner, "submit", assigned, child);
    if (!reply.ok) throw new Error(reply.message);
    await world.restart();
    expect(await asking(runner, "submit", assigned, child)).toMatchObject({
      taskId: reply.taskId,
      repeated: true,
    });
    const { actor } = await world.journal.next(reply.taskId, "submitted");
    expect(actor).toEqual({ kind: "task", id: assigned.taskId });
  });

  it("reads what those before it left, of a scheduler that did not see them end", async () => {
    const runner = await world.runner();
    const before = await world.submit();
    await perform(runner, before, { found: 3 });
    const after = await world.submit({ after: [before] });
    await world.restart();
    const assigned = await world.journal.given(after);
    const reply = await asking<ResultsReply>(runner, "results", assigned);
    expect(reply).toMatchObject({
      ok: true,
      next: null,
      results: [{ task: before, state: "completed", outcome: "full", result: { value: { found: 3 } } }],
    });
  });
});
