import { describe, expect, it } from "vitest";
import { why } from "../../../../services/scheduler/why.ts";
import { reborn } from "../reborn.ts";
import { aGraph, type End } from "./a-graph.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("a task that comes after others", () => {
  it("waits until all of them have succeeded, and is released then", () => {
    const graph = aGraph();
    const [a, b] = [graph.first(), graph.first()];
    const c = graph.after([a, b]);
    graph.end(a, "succeeded");
    graph.turn();
    expect(graph.stateOf(c)).toBe("pending");
    graph.end(b, "succeeded");
    graph.turn();
    expect(graph.types(c)).toEqual(["submitted", "released"]);
    expect(graph.stateOf(c)).toBe("queued");
  });

  const cases: readonly [Exclude<End, "succeeded">, string][] = [
    ["partial", "completed only in part"],
    ["failed", "failed"],
    ["cancelled", "cancelled"],
  ];
  for (const [how, words] of cases) {
    it(`fails with the first that is ${words}, and says which`, () => {
      const graph = aGraph();
      const [a, b] = [graph.first(), graph.first()];
      const c = graph.after([a, b]);
      graph.end(b, how);
      graph.turn();
      expect(graph.stateOf(c)).toBe("failed");
      expect(graph.errorOf(c)).toBe(`Task ${b}, which comes first, is ${words}.`);
    });
  }

  it("is skipped or goes on all the same when its policy says so", () => {
    const graph = aGraph();
    const [a, open] = [graph.first(), graph.first()];
    const skipped = graph.after([a, open], { otherwise: "skip" });
    const going = graph.after([a, open], { otherwise: "continue" });
    graph.end(a, "failed");
    graph.turn();
    expect(graph.stateOf(skipped)).toBe("cancelled");
    expect(graph.stateOf(going)).toBe("queued");
  });

  it("that wants them settled goes however they ended, but after the last", () => {
    const graph = aGraph();
    const firsts = (["succeeded", "partial", "failed", "cancelled"] as const).map((how) => ({
      how,
      id: graph.first(),
    }));
    const after = graph.after(
      firsts.map(({ id }) => id),
      { when: "settled" },
    );
    for (const { id, how } of firsts) {
      expect(graph.stateOf(after)).toBe("pending");
      graph.end(id, how);
      graph.turn();
    }
    expect(graph.stateOf(after)).toBe("queued");
  });

  it("that wants any goes with the first success, and fails only when none is left", () => {
    const graph = aGraph();
    const [a, b, c] = [graph.first(), graph.first(), graph.first()];
    const early = graph.after([a, b, c], { when: "any" });
    const none = graph.after([a, b], { when: "any" });
    graph.end(a, "failed");
    graph.end(b, "partial");
    graph.turn();
    expect(graph.stateOf(none)).toBe("failed");
    expect(graph.stateOf(early)).toBe("pending");
    graph.end(c, "succeeded");
    graph.turn();
    expect(graph.stateOf(early)).toBe("queued");
  });

  it("waits for its time as well, whichever comes last", () => {
    const graph = aGraph();
    const [a, b] = [graph.first(), graph.first()];
    const runAt = new Date(graph.time.now + HOUR_MS).toISOString();
    const timeLast = graph.after([a], {}, { runAt });
    const taskLast = graph.after([b], {}, { runAt });
    graph.end(a, "succeeded");
    graph.turn();
    expect(graph.stateOf(timeLast)).toBe("pending");
    graph.time.now += HOUR_MS;
    graph.turn();
    expect(graph.stateOf(timeLast)).toBe("queued");
    expect(graph.stateOf(taskLast)).toBe("pending");
    graph.record(taskLast, { type: "reprioritised", priority: "high" });
    graph.end(b, "succeeded");
    graph.turn();
    expect(graph.stateOf(taskLast)).toBe("queued");
  });

  it("is not released by a wall clock that jumps a day ahead", () => {
    const graph = aGraph();
    const a = graph.first();
    const b = graph.after([a], {}, { runAt: new Date(graph.time.now + HOUR_MS).toISOString() });
    graph.time.ahead = DAY_MS;
    graph.end(a, "succeeded");
    graph.turn();
    expect(graph.stateOf(b)).toBe("pending");
  });

  it("fails at once when it can no longer go, whatever its time", () => {
    const graph = aGraph();
    const a = graph.first();
    const b = graph.after([a], {}, { runAt: new Date(graph.time.now + HOUR_MS).toISOString() });
    graph.end(a, "failed");
    graph.turn();
    expect(graph.stateOf(b)).toBe("failed");
  });

  it("stays put aside while it is paused, and is judged when it is resumed", () => {
    const graph = aGraph();
    const [a, b] = [graph.first(), graph.first()];
    const goes = graph.after([a]);
    const fails = graph.after([b]);
    for (const id of [goes, fails]) graph.record(id, { type: "held" });
    graph.end(a, "succeeded");
    graph.end(b, "failed");
    graph.turn();
    expect([graph.stateOf(goes), graph.stateOf(fails)]).toEqual(["paused", "paused"]);
    for (const id of [goes, fails]) graph.record(id, { type: "resumed" });
    graph.turn();
    expect([graph.stateOf(goes), graph.stateOf(fails)]).toEqual(["queued", "failed"]);
  });

  it("hands its failure on along a chain of a thousand, in as many facts and a few turns", () => {
    const graph = aGraph();
    const ids = [graph.first()];
    while (ids.length <= 1_001) ids.push(graph.after([ids.at(-1) as string]));
    graph.end(ids[0] as string, "failed");
    expect(graph.dependencies.judge(graph.authority.tasks)).toBe(0);
    expect(graph.dependencies.judge(graph.authority.tasks)).toBeNull();
    expect(ids.map(graph.stateOf).every((state) => state === "failed")).toBe(true);
  });

  it("is judged at once when those before it have settled already", () => {
    const graph = aGraph();
    const [a, b] = [graph.first(), graph.first()];
    graph.end(a, "succeeded");
    graph.end(b, "failed");
    const [c, d] = [graph.after([a]), graph.after([b])];
    graph.turn();
    expect([graph.stateOf(c), graph.stateOf(d)]).toEqual(["queued", "failed"]);
  });

  it("stays failed when what failed before it is revived, and asks for nothing when it is revived itself", async () => {
    const graph = aGraph();
    const a = graph.first();
    const b = graph.after([a]);
    graph.end(a, "failed");
    graph.turn();
    graph.paper.store();
    await graph.revive(a);
    graph.turn();
    expect(graph.stateOf(b)).toBe("failed");
    graph.paper.store();
    await graph.revive(b);
    graph.turn();
    expect(graph.stateOf(b)).toBe("queued");
    graph.record(b, { type: "delayed", dueAt: new Date(graph.time.now + HOUR_MS).toISOString() });
    graph.end(a, "failed");
    graph.turn();
    expect(graph.stateOf(b)).toBe("pending");
    graph.time.now += HOUR_MS;
    graph.turn();
    expect(graph.stateOf(b)).toBe("queued");
  });

  it("asks for those before it once: released and then delayed, it waits for its time only", async () => {
    const graph = aGraph();
    const a = graph.first();
    const b = graph.after([a], { when: "settled" });
    graph.end(a, "failed");
    graph.turn();
    graph.paper.store();
    await graph.revive(a);
    graph.record(b, { type: "delayed", dueAt: new Date(graph.time.now + HOUR_MS).toISOString() });
    expect(why(graph.authority, { taskId: b })).toMatchObject({ code: "due" });
    graph.time.now += HOUR_MS;
    graph.turn();
    expect(graph.types(b)).toEqual(["submitted", "released", "delayed", "released"]);
  });

  it("waits again for one that is revived before it was judged", async () => {
    const graph = aGraph();
    const [a, b] = [graph.first(), graph.first()];
    const c = graph.after([a, b], { when: "settled" });
    graph.end(a, "failed");
    graph.turn();
    graph.paper.store();
    await graph.revive(a);
    graph.end(b, "succeeded");
    graph.turn();
    expect(graph.stateOf(c)).toBe("pending");
    graph.end(a, "succeeded");
    graph.turn();
    expect(graph.stateOf(c)).toBe("queued");
  });

  it("waits on when what it was judged by was never stored", () => {
    const graph = aGraph();
    const a = graph.first();
    const b = graph.after([a]);
    graph.paper.store();
    graph.end(a, "failed");
    graph.turn();
    expect(graph.stateOf(b)).toBe("failed");
    graph.paper.forget();
    expect(graph.stateOf(b)).toBe("pending");
    graph.turn();
    expect(graph.stateOf(b)).toBe("pending");
    graph.end(a, "succeeded");
    graph.turn();
    expect(graph.stateOf(b)).toBe("queued");
  });

  it("is waited for on the same terms after a restart", () => {
    const before = aGraph();
    const [a, b] = [before.first(), before.first()];
    const c = before.after([a, b]);
    const d = before.after([c], { when: "settled" });
    before.end(a, "succeeded");
    before.turn();
    before.paper.store();
    const graph = aGraph(reborn(before));
    graph.turn();
    expect(graph.stateOf(c)).toBe("pending");
    graph.end(b, "failed");
    graph.turn();
    expect([graph.stateOf(c), graph.stateOf(d)]).toEqual(["failed", "queued"]);
  });

  it("keeps those before it from being forgotten until it has settled itself", () => {
    const graph = aGraph();
    const [a, b] = [graph.first(), graph.first()];
    const c = graph.after([a, b]);
    const prune = () => graph.authority.tasks.prune(graph.dependencies.isNamed);
    graph.end(a, "succeeded");
    graph.time.now += 3 * DAY_MS;
    prune();
    expect(graph.authority.tasks.settled(a)).toBeDefined();
    graph.end(b, "succeeded");
    graph.turn();
    expect(graph.stateOf(c)).toBe("queued");
    prune();
    expect(graph.authority.tasks.settled(a)).toBeDefined();
    graph.end(c, "succeeded");
    graph.time.now += DAY_MS;
    prune();
    expect(graph.authority.tasks.settled(a)).toBeUndefined();
  });
});

describe("a fan of a thousand", () => {
  it("is released in one turn, in the order of submission", () => {
    const graph = aGraph();
    const a = graph.first();
    const ids = Array.from({ length: 1_000 }, () => graph.after([a]));
    graph.end(a, "succeeded");
    const from = graph.paper.written.length;
    expect(graph.dependencies.judge(graph.authority.tasks)).toBeNull();
    expect(graph.paper.written.slice(from).map(({ fact }) => fact.taskId)).toEqual(ids);
  });

  it("comes together in one fact", () => {
    const graph = aGraph();
    const firsts = Array.from({ length: 1_000 }, () => graph.first());
    const last = graph.after(firsts);
    for (const id of firsts.slice(1)) {
      graph.end(id, "succeeded");
      graph.turn();
    }
    expect(graph.types(last)).toEqual(["submitted"]);
    graph.end(firsts[0] as string, "succeeded");
    graph.turn();
    expect(graph.types(last)).toEqual(["submitted", "released"]);
  });
});
