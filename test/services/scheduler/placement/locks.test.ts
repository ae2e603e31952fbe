import { describe, expect, it } from "vitest";
import type { Plan } from "#schema/items.ts";
import { snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { aGround } from "./a-ground.ts";

const planOf = (...ids: string[]): Plan => ({ items: ids.map((id) => ({ id, name: id })) });

describe("locks", () => {
  it("let no two tasks hold the same at once, and say who holds it", () => {
    const { submit, place, isRunning, finish, why, factsOf } = aGround();
    const first = submit({ locks: ["backup", "nas"], name: "First" });
    const second = submit({ locks: ["nas"] });
    const third = submit({ locks: ["other"] });
    place();
    expect([first, second, third].map(isRunning)).toEqual([true, false, true]);
    expect(why(second)?.sentence).toBe(`It waits for the lock nas, held by task "First" (${first.id}).`);
    place();
    expect(factsOf(second.id).map(({ type, data }) => [type, data["on"]])).toContainEqual([
      "blocked",
      { kind: "lock", lock: "nas", holder: first.id },
    ]);
    expect(factsOf(second.id).filter(({ type }) => type === "blocked")).toHaveLength(1);
    finish(first);
    place();
    expect(isRunning(second)).toBe(true);
  });

  it("keep two bulk tasks off one container, all of a task's locks taken in one fact or none", () => {
    const { submit, place, isRunning, tell, finish } = aGround();
    const planned = (name: string, plan: Plan) => {
      const task = submit({ name, itemLock: "container" });
      place();
      tell(task, {
        type: "planned",
        report: 1,
        plan: { number: 1, count: plan.items.length, plan: { value: plan } },
      });
      return task;
    };
    const first = planned("first", planOf("a", "b"));
    const second = planned("second", planOf("b", "c"));
    const third = planned("third", planOf("c", "d"));
    place();
    // The second waits for b and holds nothing meanwhile, so the third may have c.
    expect([first, second, third].map(isRunning)).toEqual([true, false, true]);
    finish(first);
    place();
    expect(isRunning(second)).toBe(false);
    finish(third);
    place();
    expect(isRunning(second)).toBe(true);
  });

  it("are kept by what is paused in place, and given back by what was let go", () => {
    const { submit, place, isRunning, tell } = aGround();
    const first = submit({ locks: ["nas"] });
    const second = submit({ locks: ["nas"] });
    place();
    tell(first, { type: "started", report: 1 });
    tell(first, { type: "pause-requested" });
    tell(first, { type: "paused", report: 2, inPlace: true });
    place();
    expect(isRunning(second)).toBe(false);
    tell(first, { type: "attempt-lost", message: "gone" });
    place();
    expect([snapshotOf(first).value, isRunning(second)]).toEqual(["paused", true]);
  });

  it("of a thousand tasks that wait for one are recorded once each, and given on in order", () => {
    const { submit, place, order, finish, authority, paper } = aGround();
    const waiting = Array.from({ length: 1_000 }, () => submit({ locks: ["one"] }));
    place();
    for (const task of waiting) {
      finish(task);
      place();
    }
    expect(order()).toEqual(waiting.map(({ id }) => id));
    expect(authority.tasks.live).toBe(0);
    const blocked = paper.written.filter(({ fact }) => (fact.type as string) === "blocked").length;
    expect(blocked).toBeLessThanOrEqual(1_000);
  });
});
