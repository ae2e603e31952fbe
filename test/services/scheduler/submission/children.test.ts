import { describe, expect, it } from "vitest";
import type { ChildReply } from "#schema/attempt-questions.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { submitChild } from "../../../../services/scheduler/submission/children.ts";
import { results } from "../../../../services/scheduler/submission/results.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { reborn } from "../reborn.ts";
import { aGraph, LARGE, slowToKeep } from "./a-graph.ts";

const DAY_MS = 86_400_000;
const ANY = { when: "any", otherwise: "fail" } as const;

const asker = { runner: EXAMPLES.assigned.runner, boot: "boot-1", token: EXAMPLES.assigned.token };

/** A task at work, and its attempt's way to ask. */
const atWork = (graph: ReturnType<typeof aGraph>, parent: string) => {
  graph.turn();
  graph.record(parent, EXAMPLES.assigned, EXAMPLES.started);
  return {
    graph,
    parent,
    child: (
      key: string,
      task: Partial<SubmitBody> = {},
      as: Partial<typeof asker> = {},
    ): Promise<ChildReply> =>
      submitChild(graph.authority, {
        ...asker,
        ...as,
        taskId: parent,
        key,
        task: { type: "sleep", payload: {}, ...task },
      }),
    results: (page: { from?: number; most?: number } = {}) =>
      results(graph.authority, { ...asker, taskId: parent, ...page }),
  };
};

const aParent = (more: Partial<TaskDefinition> = {}, graph = aGraph()) =>
  atWork(graph, graph.submitted({ rights: ["view", "operate"], ...more }).id);

const idOf = (reply: ChildReply): string => {
  if (!reply.ok) throw new Error(reply.message);
  return reply.taskId;
};

describe("a child task", () => {
  it("is submitted by its parent, in its name and with its rights", async () => {
    const { graph, parent, child } = aParent();
    const id = idOf(await child("first"));
    expect(graph.task(id).snapshot.context.definition).toMatchObject({
      parent,
      rights: ["view", "operate"],
      submittedBy: { kind: "task", id: parent },
    });
    expect(graph.factsOf(id)[0]).toMatchObject({ actor: { kind: "task", id: parent } });
  });

  it("never has more rights than who submitted its parent", async () => {
    const viewing = aParent({ rights: ["view"] });
    expect(await viewing.child("first")).toMatchObject({ ok: false, code: "forbidden" });
    const { graph, child } = aParent({ rights: ["view", "operate"] });
    const command = { ...SLEEP, type: "command", payload: {} };
    const hello = { runner: "other", boot: "boot-1", slots: 1, types: [command], host: "h", pid: 1, seen: 0 };
    graph.authority.runners.join(hello);
    expect(await child("first", { type: "command" })).toMatchObject({
      ok: false,
      code: "forbidden",
      message: 'Submitting this needs the right "exec".',
    });
  });

  it("is submitted once for each key, however often it is asked for, also after a restart", async () => {
    const { graph, parent, child } = aParent();
    const id = idOf(await child("first"));
    expect(await child("first")).toMatchObject({ taskId: id, repeated: true });
    expect(idOf(await child("second"))).not.toBe(id);
    graph.paper.store();
    const next = aGraph(reborn(graph));
    const again = await submitChild(next.authority, {
      ...asker,
      taskId: parent,
      key: "first",
      task: { type: "sleep", payload: {} },
    });
    expect(again).toMatchObject({ taskId: id, repeated: true });
  });

  it("is still known when its parent goes on days after it settled, and forgotten when the parent has", async () => {
    const { graph, parent, child } = aParent();
    const id = idOf(await child("first"));
    graph.end(id, "succeeded");
    graph.time.now += 3 * DAY_MS;
    const prune = () => graph.authority.tasks.prune(graph.dependencies.isNamed);
    prune();
    expect(await child("first")).toMatchObject({ taskId: id, repeated: true });
    graph.record(parent, EXAMPLES.completed);
    prune();
    expect(graph.authority.tasks.settled(id)).toBeUndefined();
  });

  it("may come after its siblings", async () => {
    const { graph, child } = aParent();
    const first = idOf(await child("first"));
    const second = idOf(await child("second", { after: [first] }));
    graph.end(first, "succeeded");
    graph.turn();
    expect(graph.types(second)).toEqual(["submitted", "released"]);
  });

  it("is refused to an attempt that is no longer the task's, to one that is being cancelled, and under a foreign key", async () => {
    const { graph, parent, child } = aParent();
    expect(await graph.submit({ idempotencyKey: `${parent}:mine` })).toMatchObject({ ok: true });
    expect(await child("first", {}, { token: "older" })).toMatchObject({ ok: false, code: "stale" });
    expect(await child("first", {}, { runner: "other" })).toMatchObject({ ok: false, code: "stale" });
    expect(await child("mine")).toMatchObject({ ok: false, code: "invalid" });
    expect(await child("first", { idempotencyKey: "k" })).toMatchObject({ ok: false, code: "invalid" });
    graph.record(parent, { type: "cancel-requested" });
    expect(await child("first")).toMatchObject({ ok: false, code: "illegal" });
    expect(graph.authority.tasks.live).toBe(2);
  });

  it("is not submitted when the attempt lost its task while the payload was kept", async () => {
    const { world, kept } = slowToKeep();
    const { graph, parent, child } = aParent({}, aGraph(world));
    const slow = child("first", { payload: LARGE });
    graph.record(parent, EXAMPLES["attempt-lost"]);
    kept();
    expect(await slow).toMatchObject({ ok: false, code: "stale" });
    expect(graph.authority.tasks.live).toBe(1);
  });

  it("is refused to a parent that has ten thousand, which are still answered; another parent may", async () => {
    const { graph, parent, child } = aParent();
    for (let n = 0; n < 10_000; n += 1) idOf(await child(String(n)));
    expect(await child("one too many")).toMatchObject({
      ok: false,
      code: "refused",
      message: "A task may submit at most 10000 tasks of its own, and this one has.",
    });
    expect(await child("9999")).toMatchObject({ ok: true, repeated: true });
    graph.paper.store();
    const next = aGraph(reborn(graph));
    const again = { ...asker, taskId: parent, task: { type: "sleep", payload: {} } };
    expect(await submitChild(next.authority, { ...again, key: "too many after a restart" })).toMatchObject({
      code: "refused",
    });
    const other = aParent({}, graph);
    expect(await other.child("first")).toMatchObject({ ok: true });
  }, 30_000);

  it("counts although it has settled, also after a restart and days later, for as long as its parent is at work", async () => {
    const { graph, parent, child } = aParent();
    for (let n = 0; n < 10_000; n += 1) {
      const id = idOf(await child(String(n)));
      if (n % 2 === 0) graph.end(id, "succeeded");
    }
    graph.paper.store();
    graph.time.now += 3 * DAY_MS;
    const next = aGraph(reborn(graph));
    next.authority.tasks.prune(next.dependencies.isNamed);
    const again = { ...asker, taskId: parent, task: { type: "sleep", payload: {} } };
    expect(await submitChild(next.authority, { ...again, key: "0" })).toMatchObject({ repeated: true });
    expect(await submitChild(next.authority, { ...again, key: "one too many" })).toMatchObject({
      code: "refused",
    });
  }, 60_000);

  it("may have children itself, and so on, but not without end, whoever of them has settled and been forgotten since", async () => {
    let { graph, child } = aParent();
    for (let generation = 1; generation <= 32; generation += 1) {
      const parents = graph.authority.tasks.all();
      const id = idOf(await child("only"));
      for (const { id: other } of parents) if (other !== id) graph.record(other, EXAMPLES.completed);
      graph.paper.store();
      graph.time.now += 3 * DAY_MS;
      graph = aGraph(reborn(graph));
      graph.authority.tasks.prune(graph.dependencies.isNamed);
      ({ child } = atWork(graph, id));
    }
    expect(await child("only")).toMatchObject({
      ok: false,
      code: "refused",
      message:
        "A task may have tasks of its own for 32 generations, and this one is of the last: it may submit none.",
    });
    expect(await aParent({}, graph).child("first")).toMatchObject({ ok: true });
  });

  it("counts once, however often its submission was not stored and asked for again", async () => {
    const { graph, parent, child } = aParent();
    graph.paper.store();
    for (let n = 0; n < 10_000; n += 1) {
      await child("first");
      graph.paper.forget();
    }
    expect(await child("first")).toMatchObject({ ok: true });
    expect(await child("second")).toMatchObject({ ok: true });
    expect(graph.stateOf(parent)).toBe("running.working");
  }, 30_000);

  it("may be asked for again when it was the last that its parent may have and was not stored", async () => {
    const { graph, child } = aParent();
    for (let n = 1; n < 10_000; n += 1) idOf(await child(String(n)));
    graph.paper.store();
    idOf(await child("the last"));
    graph.paper.forget();
    expect(await child("the last")).toMatchObject({ ok: true });
    expect(await child("one too many")).toMatchObject({ code: "refused" });
  }, 30_000);

  it("goes on when its parent is cancelled", async () => {
    const { graph, parent, child } = aParent();
    const id = idOf(await child("first"));
    graph.record(parent, { type: "cancel-requested" }, EXAMPLES.cancelled);
    graph.turn();
    expect(graph.stateOf(id)).toBe("queued");
  });
});

describe("the results of the tasks before", () => {
  it("are read from their last facts, in order, with how each ended", async () => {
    const graph = aGraph();
    const [done, failed, open, forgotten] = [graph.first(), graph.first(), graph.first(), "long-gone"];
    graph.record(done, EXAMPLES.assigned, EXAMPLES.started, {
      ...EXAMPLES.completed,
      result: { value: { found: 3 } },
    });
    graph.end(failed, "failed");
    graph.paper.store();
    const after = [done, failed, open, forgotten];
    const { results } = aParent({ after, afterPolicy: ANY }, graph);
    expect(await results()).toEqual({
      ok: true,
      next: null,
      results: [
        { task: done, state: "completed", outcome: "full", result: { value: { found: 3 } }, error: null },
        { task: failed, state: "failed", outcome: null, result: null, error: { code: "x", message: "y" } },
        { task: open, state: "queued", outcome: null, result: null, error: null },
        { task: forgotten, state: "unknown", outcome: null, result: null, error: null },
      ],
    });
  });

  it("come a page at a time, and never more than one message holds", async () => {
    const graph = aGraph();
    const text = "x".repeat(30_000);
    const after = Array.from({ length: 40 }, () => graph.first());
    for (const id of after)
      graph.record(id, EXAMPLES.assigned, EXAMPLES.started, {
        ...EXAMPLES.completed,
        result: { value: text },
      });
    graph.paper.store();
    const { results } = aParent({ after }, graph);
    expect(await results({ from: 38, most: 1 })).toMatchObject({ results: [{ task: after[38] }], next: 39 });
    const seen: string[] = [];
    for (let from: number | null = 0; from !== null;) {
      const page = await results({ from });
      if (!page.ok) throw new Error(page.message);
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(600_000);
      seen.push(...page.results.map(({ task }) => task));
      from = page.next;
    }
    expect(seen).toEqual(after);
  });

  it("are not for an attempt that is no longer the task's", async () => {
    const { graph, parent, results } = aParent();
    graph.record(parent, EXAMPLES["attempt-lost"]);
    expect(await results()).toMatchObject({ ok: false, code: "stale" });
  });
});
