import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PRIORITIES } from "#schema/priorities.ts";
import { rank } from "#schema/task.order.ts";
import { aGround } from "./a-ground.ts";

const AGING_MS = 300_000;

describe("the order of waiting tasks", () => {
  it("is by priority, first in first out within one", () => {
    const { submit, place, order } = aGround();
    const ids = (["low", "normal", "critical", "normal", "background", "high"] as const).map(
      (priority, at) => submit({ id: `${priority}-${at}`, priority }).id,
    );
    place();
    expect(order()).toEqual([ids[2], ids[5], ids[1], ids[3], ids[0], ids[4]]);
  });

  it("follows a priority that is changed while a task waits", () => {
    const { submit, place, order, tell } = aGround();
    const [first, second] = [submit({ id: "first" }), submit({ id: "second" })];
    tell(second, { type: "reprioritised", priority: "high" });
    place();
    expect(order()).toEqual([second.id, first.id]);
  });

  it("lets nobody wait for ever: a background task goes before what becomes ready four levels of aging later", () => {
    const { submit, place, finish, isRunning, time } = aGround({ concurrency: 1 });
    let busy = submit({ priority: "critical" });
    place();
    const background = submit({ priority: "background" });
    const began = time.now;
    while (!isRunning(background)) {
      expect(time.now - began).toBeLessThanOrEqual(4 * AGING_MS + 60_000);
      const next = submit({ priority: "critical" });
      time.now += 60_000;
      finish(busy);
      place();
      busy = next;
    }
    expect(time.now - began).toBeGreaterThan(3 * AGING_MS);
  });

  it("starts to age a delayed task only when it is due", () => {
    const { submit, place, order, tell, time } = aGround();
    const runAt = new Date(time.now + 10 * AGING_MS).toISOString();
    const delayed = submit({ id: "delayed", priority: "low", runAt });
    time.now += 10 * AGING_MS;
    tell(delayed, { type: "released" });
    const fresh = submit({ id: "fresh", priority: "normal" });
    place();
    expect(order()).toEqual([fresh.id, delayed.id]);
  });

  it("agrees with a sort, whatever is submitted, changed and withdrawn", () => {
    const step = fc.record({
      what: fc.constantFrom("submit", "submit", "submit", "reprioritise", "withdraw", "wait"),
      priority: fc.constantFrom(...PRIORITIES),
      pick: fc.nat(),
      queue: fc.constantFrom("a", "b", "c"),
      key: fc.constantFrom(null, "x", "y"),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { submit, place, order, tell, time } = aGround({ concurrency: 1_000, slots: 1_000 });
        const model: {
          task: ReturnType<typeof submit>;
          priority: (typeof PRIORITIES)[number];
          ready: number;
        }[] = [];
        for (const { what, priority, pick, queue, key } of steps) {
          const chosen = model[pick % Math.max(1, model.length)];
          if (what === "wait") time.now += pick % (3 * AGING_MS);
          else if (what === "submit") {
            const concurrency = key === null ? {} : { concurrency: { key, limit: 1_000 } };
            model.push({ task: submit({ priority, queue, ...concurrency }), priority, ready: time.now });
          } else if (chosen && what === "reprioritise") {
            tell(chosen.task, { type: "reprioritised", priority });
            chosen.priority = priority;
          } else if (chosen) {
            tell(chosen.task, { type: "withdrawn" });
            model.splice(model.indexOf(chosen), 1);
          }
        }
        const aged = ({ priority, ready }: (typeof model)[number]) => ready + rank(priority) * AGING_MS;
        model.sort(
          (a, b) => aged(a) - aged(b) || rank(a.priority) - rank(b.priority) || a.task.born - b.task.born,
        );
        place();
        expect(order()).toEqual(model.map(({ task }) => task.id));
      }),
      { numRuns: 200 },
    );
  });
});
