import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventOf } from "#schema/envelope.ts";
import { assignedBy } from "#schema/task.work.ts";
import type { WishReply } from "#schema/wishes.ts";
import { aRunner } from "../../../support/a-scheduler.ts";
import { aWorld, type World } from "../../../support/a-world.ts";

let world: World;
beforeEach(async () => void (world = await aWorld()));
afterEach(() => world.end());

describe("the scheduler, when asked,", () => {
  it("answers a repeated submission with the first task, also after it settled", async () => {
    const runner = await world.runner();
    const id = await world.submit({ idempotencyKey: "once-only" });
    expect(await world.edge.submit({ idempotencyKey: "once-only" })).toMatchObject({
      ok: true,
      taskId: id,
      repeated: true,
    });
    const assigned = await world.journal.given(id);
    await runner.report(assigned, { type: "started" });
    await runner.report(assigned, { type: "completed", result: null });
    expect(await world.edge.submit({ idempotencyKey: "once-only" })).toMatchObject({
      ok: true,
      taskId: id,
      repeated: true,
    });
    expect(world.journal.taskFacts().filter((fact) => fact.type === "submitted")).toHaveLength(1);
  });

  it("keeps a large payload out of the fact and hands over a reference", async () => {
    await world.runner();
    const text = "x".repeat(100_000);
    const id = await world.submit({ payload: { text } });
    const assigned = await world.journal.given(id);
    expect(assignedBy(eventOf(assigned))?.work).toMatchObject({ payload: { size: text.length + 11 } });
    expect(JSON.stringify(world.journal.of(id)).length).toBeLessThan(10_000);
  });

  describe("refuses, and writes no fact for", () => {
    const cases: [string, Parameters<World["edge"]["submit"]>, string][] = [
      ["an unknown type", [{ type: "nonsense" }], "unknown-type"],
      ["an invalid payload", [{ payload: { ms: "soon" } }], "invalid"],
      ["an unknown field in the payload", [{ payload: { sm: 1 } }], "invalid"],
      ["a payload over 1 MiB", [{ payload: { text: "x".repeat(1_100_000) } }], "too-large"],
      ["a queue that is no name", [{ queue: "a.b" }], "invalid"],
      ["a retry policy without end", [{ retry: { maxAttempts: 1e9 } }], "invalid"],
      [
        "somebody without the right",
        [{}, { actor: { kind: "user", id: "eve" }, capabilities: ["view"] }],
        "forbidden",
      ],
    ];
    for (const [what, wish, code] of cases) {
      it(what, async () => {
        await world.runner();
        const before = world.journal.facts.length;
        const reply: WishReply = await world.edge.submit(...wish);
        expect(reply).toMatchObject({ ok: false, code });
        expect(reply.ok ? "" : reply.message.length).toBeGreaterThan(10);
        const after = await world.submit();
        await world.journal.next(after, "submitted");
        expect(world.journal.taskFacts().every((fact) => fact.taskId === after)).toBe(true);
        expect(world.journal.facts.length).toBeGreaterThan(before);
      });
    }

    it("a wish about a task that does not exist", async () => {
      expect(await world.edge.wish("no-such-task", { type: "cancel" })).toMatchObject({
        ok: false,
        code: "unknown-task",
      });
    });

    it("a report in another runner's name", async () => {
      const runner = await world.runner();
      expect(await runner.hello({ runner: "other" })).toMatchObject({ ok: false, code: "invalid" });
    });

    it("a runner that has seen more than the journal holds", async () => {
      const runner = await aRunner(world.nats);
      world.ends.push(runner.close);
      expect(await runner.hello({ seen: 99_999 })).toMatchObject({ ok: false, code: "behind" });
    });
  });
});
