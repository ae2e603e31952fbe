import { describe, expect, it } from "vitest";
import { CAPABILITIES } from "#schema/policy.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { assignedBy } from "#schema/task.work.ts";
import { eventOf, type TaskFact } from "#schema/envelope.ts";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { submitMany } from "../../../../services/scheduler/submission/submit-many.ts";
import { changeQueue } from "../../../../services/scheduler/queues.ts";
import { aGround } from "./a-ground.ts";

const by = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;

const aHouse = (ground: Parameters<typeof aGround>[0] = {}) => {
  const world = aGround(ground);
  const { authority } = world;
  const ask = async (task: Partial<SubmitBody> = {}): Promise<{ id: string; state: string }> => {
    const reply = await submit(authority, { id: "w", by, task: { type: "sleep", payload: {}, ...task } });
    if (!reply.ok) throw new Error(reply.message);
    return { id: reply.taskId, state: reply.state };
  };
  return {
    ...world,
    ask,
    stateAfter: async (task?: Partial<SubmitBody>) => (await ask(task)).state,
    typesOf: (id: string) => world.factsOf(id).map(({ type }) => type),
  };
};

const BEGUN = "running.starting";

describe("a task that finds a free slot", () => {
  it("begins with its first fact, which gives its runner all that an assignment would", async () => {
    const { ask, factsOf, time, authority } = aHouse();
    const attemptMs = 5_000;
    const { id, state } = await ask({ payload: { ms: 7 }, timeout: { attemptMs }, approval: false });
    expect(state).toBe(BEGUN);
    const [fact, ...more] = factsOf(id) as unknown as TaskFact[];
    expect(more).toEqual([]);
    expect(fact).toMatchObject({ type: "submitted", from: "unborn", to: BEGUN, runner: "local", attempt: 1 });
    expect(assignedBy(eventOf(fact as TaskFact))).toEqual({
      runner: "local",
      attempt: 1,
      token: fact?.token,
      deadlineAt: new Date(time.now + attemptMs).toISOString(),
      work: {
        type: "sleep",
        name: expect.any(String) as string,
        payload: { value: { ms: 7 } },
        plan: null,
        approval: null,
        marks: "",
        counts: { planned: 0, done: 0, unchanged: 0, skipped: 0, failed: 0 },
        checkpoint: null,
      },
    });
    expect(authority.tasks.get(id)?.snapshot.context).toMatchObject({ runner: "local", token: fact?.token });
  });

  it("counts from then on: the next one waits where only one may run, and goes when its turn comes", async () => {
    const { ask, typesOf, place, authority, finish } = aHouse({ concurrency: 1 });
    const [first, second] = [await ask(), await ask()];
    expect([first.state, second.state]).toEqual([BEGUN, "queued"]);
    place();
    expect(typesOf(second.id)).toEqual(["submitted"]);
    const task = authority.tasks.get(first.id);
    if (!task) throw new Error("it is gone");
    finish(task);
    place();
    expect(typesOf(second.id)).toEqual(["submitted", "assigned"]);
  });

  it("waits behind whoever waits already, however important it is", async () => {
    const { ask, join } = aHouse({ slots: 0 });
    const waiting = await ask();
    expect(waiting.state).toBe("queued");
    join("second", { slots: 1 });
    expect((await ask({ priority: "critical" })).state).toBe("queued");
  });

  it.each<[string, Partial<SubmitBody>]>([
    ["a due time", { runAt: "2100-01-01T00:00:00.000Z" }],
    ["a requirement nobody meets", { requires: { labels: { gpu: "yes" } } }],
    ["a key that is taken", { concurrency: { key: "nas", limit: 1 } }],
    ["a lock that is held", { locks: ["nas"] }],
    ["a rate that is used up", { rate: { key: "nas", limit: 1, perMs: 60_000 } }],
    ["a queue that is paused", { queue: "paused" }],
    ["a queue that is full", { queue: "narrow" }],
  ])("waits all the same for %s", async (_, task) => {
    const { stateAfter, authority } = aHouse();
    const queue = (name: string, command: Parameters<typeof changeQueue>[1]["command"]) =>
      changeQueue(authority, { id: "w", by, queue: name, command });
    queue("paused", { type: "pause" });
    queue("narrow", { type: "configure", settings: { concurrency: 1 } });
    const holder = { concurrency: { key: "nas", limit: 1 }, locks: ["nas"], queue: "narrow" };
    expect(await stateAfter({ ...holder, rate: { key: "nas", limit: 1, perMs: 60_000 } })).toBe(BEGUN);
    expect(await stateAfter(task)).not.toBe(BEGUN);
    expect(await stateAfter({ queue: "other" })).toBe(task.runAt === undefined ? "queued" : BEGUN);
  });

  it("uses up its rate: the next of its key waits", async () => {
    const { stateAfter } = aHouse();
    const rate = { key: "nas", limit: 2, perMs: 60_000 };
    expect([await stateAfter({ rate }), await stateAfter({ rate }), await stateAfter({ rate })]).toEqual([
      BEGUN,
      BEGUN,
      "queued",
    ]);
  });

  it("is never there when the fact was not stored, and its slot is free again", async () => {
    const { ask, paper, authority } = aHouse({ concurrency: 1 });
    paper.store();
    const { id } = await ask();
    paper.forget();
    expect(authority.tasks.get(id)).toBeUndefined();
    expect((await ask()).state).toBe(BEGUN);
  });

  it("does not overtake what comes with it: many at once go by importance", async () => {
    const { authority, place, order } = aHouse({ concurrency: 1 });
    const tasks = (["low", "critical"] as const).map((priority) => ({
      type: "sleep",
      payload: {},
      priority,
    }));
    const reply = await submitMany(authority, { id: "w", by, tasks });
    if (!reply.ok) throw new Error(reply.message);
    const ids = reply.replies.map((one) => (one.ok ? one.taskId : ""));
    place();
    expect(order()).toEqual([ids[1]]);
  });
});
