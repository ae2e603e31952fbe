import { describe, expect, it } from "vitest";
import { LostObject } from "#infra/nats/objects.ts";
import type { Plan } from "#schema/items.ts";
import { CAPABILITIES } from "#schema/policy.ts";
import { isReference, type Stored } from "#schema/stored.ts";
import { attempt } from "../../../../services/scheduler/runners/attempts.ts";
import { command } from "../../../../services/scheduler/commands.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { aGround } from "./a-ground.ts";

const planOf = (...ids: string[]): Plan => ({ items: ids.map((id) => ({ id, name: id })) });

const ERROR = { code: "e", message: "m" };

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

  it("of a plan that is lost are none: nobody can act on it, and everything else goes on", async () => {
    const { authority, submit, place, tell, placement, paper } = aGround();
    const lost = new LostObject("the object plan is gone");
    const objects = {
      ...authority.objects,
      load: <T>(kept: Stored<T>): Promise<T> =>
        isReference(kept) ? Promise.reject(lost) : authority.objects.load(kept),
    };
    const task = submit({ itemLock: "container", locks: ["nas"] });
    place();
    const large = { ref: "plan", sha256: "", size: 100_000 };
    tell(task, { type: "planned", report: 1, plan: { number: 1, count: 2, plan: large } });
    const { context } = snapshotOf(task);
    expect(await placement.locks.load([context], objects)).toEqual([lost]);
    expect(placement.locks.of(task)).toEqual(["nas"]);
    tell(task, { type: "withdrawn" });
    paper.store();
    const by = { actor: { kind: "user", id: "ada" }, capabilities: CAPABILITIES } as const;
    const retry = { type: "retry", items: "all" } as const;
    expect(
      await command({ ...authority, objects }, { id: "w", by, taskId: task.id, command: retry }),
    ).toMatchObject({ ok: true, state: "queued" });
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

  describe("of a plan too large for its fact", () => {
    const LARGE = { ref: "plan", sha256: "", size: 100_000 };
    const plan = planOf("a", "b");
    const aLargePlan = async () => {
      const ground = aGround();
      const { submit, place, authority, isRunning } = ground;
      const { objects } = authority;
      const { keep, load } = objects;
      Object.assign(objects, {
        keep: (value: unknown) => (value === plan ? LARGE : keep(value)),
        load: (kept: typeof LARGE) => (kept.ref === LARGE.ref ? plan : load(kept)),
      });
      const planned = async (): Promise<LiveTask> => {
        const task = submit({ itemLock: "container" });
        place();
        const { token, attempt: ordinal } = snapshotOf(task).context;
        const body = { type: "planned", plan } as const;
        const about = { runner: "local", boot: "b", taskId: task.id, attempt: ordinal, token: String(token) };
        await attempt(authority, { ...about, number: 1, body });
        return task;
      };
      const holder = await planned();
      place();
      expect(isRunning(holder)).toBe(true);
      return { ...ground, holder, planned };
    };

    it("are held again when its end was not stored", async () => {
      const { paper, finish, holder, planned, place, isRunning } = await aLargePlan();
      paper.store();
      finish(holder);
      paper.forget();
      const second = await planned();
      place();
      expect([holder, second].map(isRunning)).toEqual([true, false]);
    });

    it("are taken again when it is retried", async () => {
      const { authority, paper, holder, planned, place, tell, isRunning } = await aLargePlan();
      tell(holder, { type: "attempt-failed", report: 9, error: ERROR, retryable: false, dueAt: "" });
      paper.store();
      const by = { actor: { kind: "user", id: "u" }, capabilities: ["operate"] } as const;
      const retry = { type: "retry", items: "failed" } as const;
      await command(authority, { id: "w", by, taskId: holder.id, command: retry });
      place();
      const revived = authority.tasks.get(holder.id) as LiveTask;
      const second = await planned();
      place();
      expect([revived, second].map(isRunning)).toEqual([true, false]);
    });
  });
});
