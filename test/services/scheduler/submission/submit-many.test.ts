import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SubmitManyReply } from "#schema/wishes.ts";
import { orderOf } from "../../../../services/scheduler/submission/graph.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { anAuthority } from "../an-authority.ts";
import { aGraph, LARGE, slowToKeep } from "./a-graph.ts";

const idsOf = (reply: SubmitManyReply): string[] => {
  if (!reply.ok) throw new Error(reply.message);
  return reply.replies.map((one) => (one.ok ? one.taskId : one.code));
};

describe("many tasks in one wish", () => {
  it("are taken or refused each by itself, answered in order", async () => {
    const graph = aGraph();
    const reply = await graph.submitMany(
      { name: "a" },
      { type: "unheard-of" },
      { payload: { ms: "soon" } },
      { after: ["nobody"] },
      { queue: "not a token" },
      { name: "b", idempotencyKey: "k" },
      { name: "c", idempotencyKey: "k" },
    );
    if (!reply.ok) throw new Error(reply.message);
    expect(reply.replies.map((one) => (one.ok ? one.state : one.code))).toEqual([
      "queued",
      "unknown-type",
      "invalid",
      "invalid",
      "invalid",
      "queued",
      "queued",
    ]);
    expect(reply.replies[3]).toMatchObject({ details: [{ path: "after/0" }] });
    expect(reply.replies[6]).toMatchObject({ ...reply.replies[5], repeated: true });
    expect(reply.seq).toBe(graph.paper.written.at(-1)?.seq);
    expect(graph.authority.tasks.live).toBe(2);
  });

  it("waits for nothing while all payloads are small", async () => {
    const graph = aGraph();
    const reply = graph.submitMany(...Array.from({ length: 1_000 }, () => ({})));
    expect(graph.authority.tasks.live).toBe(1_000);
    expect(new Set(idsOf(await reply)).size).toBe(1_000);
  });

  it("are looked at for a second at most: who has many that take long to check does not keep all others waiting", async () => {
    const world = anAuthority();
    const clock = { ...world.authority.clock, monotonic: () => performance.now() };
    const graph = aGraph({ ...world, authority: { ...world.authority, clock } });
    const payload = { type: "object", properties: { x: { type: "string", pattern: "^(a+)+$" } } };
    const types = [{ ...SLEEP, payload }];
    world.authority.runners.join({
      runner: "local",
      boot: "b2",
      slots: 1,
      types,
      host: "h",
      pid: 1,
      seen: 0,
    });
    const evil = { payload: { x: `${"a".repeat(50)}!` } };
    const begun = performance.now();
    const reply = await graph.submitMany({}, ...Array.from({ length: 50 }, () => evil));
    expect(performance.now() - begun).toBeLessThan(3_000);
    const codes = idsOf(reply).slice(1);
    expect(new Set(codes)).toEqual(new Set(["invalid", "too-large"]));
    expect(codes.at(-1)).toBe("too-large");
    expect(graph.authority.tasks.live).toBe(1);
  });

  it("refuse none because a large payload of one had to be kept first, and judge again after it", async () => {
    const { world, kept } = slowToKeep();
    const graph = aGraph(world);
    const large = { payload: LARGE, idempotencyKey: "k" };
    const slow = graph.submitMany(large, { name: "b" });
    const other = graph.submit(large);
    kept();
    const [first, second] = idsOf(await slow);
    expect(await other).toMatchObject({ ok: true, taskId: first });
    expect(graph.authority.tasks.live).toBe(2);
    expect(graph.stateOf(String(second))).toBe("queued");
  });
});

describe("a graph in one wish", () => {
  it("refers to its own tasks by their place, forward as well", async () => {
    const graph = aGraph();
    const outside = graph.first();
    const reply = await graph.submitMany({ after: ["@2", outside] }, {}, { after: ["@1"] });
    const [last, first, middle] = idsOf(reply);
    expect(graph.task(String(last)).snapshot.context.definition?.after).toEqual([middle, outside]);
    expect(graph.paper.written.slice(-3).map(({ fact }) => fact.taskId)).toEqual([first, middle, last]);
    for (const id of [outside, first, middle]) {
      expect(graph.stateOf(String(last))).toBe("pending");
      graph.end(String(id), "succeeded");
      graph.turn();
    }
    expect(graph.stateOf(String(last))).toBe("queued");
  });

  const refusals = [
    ["a circle", [{ after: ["@1"] }, { after: ["@2"] }, { after: ["@0"] }], "@0 after @1 after @2 after @0"],
    ["a task after itself", [{}, { after: ["@1"] }], "@1 after @1"],
    ["a place that is not there", [{ after: ["@2"] }, {}], "tasks/0/after/0"],
    ["a reference that is none", [{ after: ["@one"] }, {}], "tasks/0/after/0"],
    ["a task before it that is not known", [{}, { after: ["@0", "nobody"] }], "tasks/1/after/1"],
    ["a payload that is wrong", [{ payload: { ms: "soon" } }, { after: ["@0"] }], "tasks/0/payload/ms"],
    [
      "a type that is not known",
      [{ after: ["@1"] }, { type: "unheard-of" }],
      "Task 1: There is no task type",
    ],
  ] as const;
  for (const [what, bodies, words] of refusals) {
    it(`is refused as a whole for ${what}, and says where`, async () => {
      const graph = aGraph();
      const facts = graph.paper.written.length;
      const reply = await graph.submitMany(...bodies.map((body) => structuredClone(body) as object));
      expect(reply).toMatchObject({ ok: false });
      expect(JSON.stringify(reply)).toContain(words);
      expect(graph.paper.written.length).toBe(facts);
      expect(graph.authority.tasks.live).toBe(0);
    });
  }

  it("comes together with what was submitted before under its keys", async () => {
    const graph = aGraph();
    const bodies = [{ idempotencyKey: "a" }, { idempotencyKey: "b", after: ["@0"] }, { after: ["@1", "@0"] }];
    const before = idsOf(await graph.submitMany(...bodies.slice(0, 2)));
    const after = idsOf(await graph.submitMany(...bodies));
    expect(after.slice(0, 2)).toEqual(before);
    expect(graph.task(String(after[2])).snapshot.context.definition?.after).toEqual(before.toReversed());
  });

  it("names one task where two of its own have the same key", async () => {
    const graph = aGraph();
    const reply = await graph.submitMany(
      { idempotencyKey: "k" },
      { idempotencyKey: "k" },
      { after: ["@0", "@1"] },
    );
    const [a, b, c] = idsOf(reply);
    expect(a).toBe(b);
    expect(graph.task(String(c)).snapshot.context.definition?.after).toEqual([a]);
  });

  it("is refused as a whole when one of its keys is that of a different task", async () => {
    const graph = aGraph();
    const other = { idempotencyKey: "k", payload: { ms: 1 } };
    const within = await graph.submitMany({ idempotencyKey: "k" }, other, { after: ["@0"] });
    expect(within).toMatchObject({ ok: false, code: "key-reused" });
    await graph.submit({ idempotencyKey: "k" });
    const outside = await graph.submitMany(other, { after: ["@0"] });
    expect(outside).toMatchObject({ ok: false, code: "key-reused" });
    expect(graph.authority.tasks.live).toBe(1);
  });

  it("of a thousand fans in and out", async () => {
    const graph = aGraph();
    const middle = Array.from({ length: 998 }, () => ({ after: ["@0"] }));
    const reply = await graph.submitMany({}, ...middle, { after: middle.map((_, index) => `@${index + 1}`) });
    const ids = idsOf(reply);
    graph.end(String(ids[0]), "succeeded");
    graph.turn();
    for (const id of ids.slice(1, -1)) graph.end(id, "succeeded");
    graph.turn();
    expect(graph.stateOf(String(ids.at(-1)))).toBe("queued");
  });

  it("says the same about circles as a search for paths, and otherwise puts each after those it names", () => {
    const graphs = fc.array(fc.uniqueArray(fc.nat(7), { maxLength: 3 }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(graphs, (firsts) => {
        const reaches = (from: number, to: number, seen = new Set<number>()): boolean =>
          (firsts[from] ?? []).some(
            (next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))),
          );
        const { order, circle } = orderOf(firsts) as { order?: number[]; circle?: number[] };
        expect(circle !== undefined).toBe(firsts.some((_, index) => reaches(index, index)));
        for (const [place, node] of circle?.entries() ?? [])
          expect(firsts[node]).toContain(circle?.[(place + 1) % circle.length]);
        if (!order) return;
        expect(new Set(order)).toEqual(new Set(firsts.keys()));
        expect(order).toHaveLength(firsts.length);
        for (const [place, node] of order.entries())
          for (const first of firsts[node] ?? []) expect(order.indexOf(first)).toBeLessThan(place);
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps the order of the wish where nothing refers forward", () => {
    expect(orderOf([[], [0], [], [1, 0], [2]])).toEqual({ order: [0, 1, 2, 3, 4] });
  });
});

describe("submitting one task", () => {
  it("after tasks that are not known is refused, naming each place", async () => {
    const graph = aGraph();
    const known = graph.first();
    const reply = await graph.submit({ after: ["x", known, "y", "@0"] });
    expect(reply).toMatchObject({
      ok: false,
      code: "invalid",
      details: [{ path: "after/0" }, { path: "after/2" }, { path: "after/3" }],
    });
  });

  it("after one that was never stored in the end is refused", async () => {
    const { world, kept } = slowToKeep();
    const graph = aGraph(world);
    graph.paper.store();
    const slow = graph.submit({ payload: LARGE, after: [graph.first()] });
    graph.paper.forget();
    kept();
    expect(await slow).toMatchObject({ ok: false, code: "invalid" });
  });
});
