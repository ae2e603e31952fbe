import { describe, expect, it } from "vitest";
import type { RunnerWish } from "#schema/wishes.ts";
import { changeRunner } from "../../../../services/scheduler/runners/change-runner.ts";
import { hello } from "../../../../services/scheduler/runners/leases.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { aGround } from "../placement/a-ground.ts";
import { reborn } from "../reborn.ts";

const HELLO = { runner: "local", slots: 10, types: [SLEEP], host: "h", pid: 1, seen: 0 };

const aYard = () => {
  const ground = aGround();
  let wishes = 0;
  const say = (type: "cordon" | "drain" | "uncordon", more: Partial<RunnerWish> = {}) =>
    changeRunner(ground.authority, {
      id: `wish-${(wishes += 1)}`,
      by: { actor: { kind: "user", id: "ada" }, capabilities: ["operate"] },
      runner: "local",
      command: { type },
      ...more,
    });
  return { ...ground, say };
};

describe("the slots of a runner", () => {
  const scale = (yard: ReturnType<typeof aYard>, slots: number | null) =>
    yard.say("cordon", { command: { type: "scale", slots } });

  it("stay as somebody set them after restarts of the scheduler and of its own, until they follow the work again", async () => {
    const yard = aYard();
    expect(scale(yard, 3)).toMatchObject({ ok: true });
    yard.paper.store();
    const again = reborn(yard);
    expect(await hello(again.authority, { ...HELLO, boot: "next" })).toMatchObject({ ok: true, slots: 3 });
    const { authority } = yard;
    scale(yard, null);
    expect(await hello(authority, { ...HELLO, boot: "next" })).not.toHaveProperty("slots");
  });

  it("are never more than that, also before a runner that was restarted has heard of it", async () => {
    const yard = aYard();
    scale(yard, 2);
    expect(await hello(yard.authority, { ...HELLO, boot: "next" })).toMatchObject({ ok: true, slots: 2 });
    const tasks = [yard.submit(), yard.submit(), yard.submit()];
    yard.place();
    expect(tasks.map(yard.isRunning)).toEqual([true, true, false]);
    expect(yard.why(tasks[2] as (typeof tasks)[number])).toMatchObject({ code: "slots" });
    scale(yard, null);
    yard.place();
    expect(tasks.map(yard.isRunning)).toEqual([true, true, true]);
  });

  it("are one fact for each change, which says who and why, and none for what is so already", () => {
    const yard = aYard();
    scale(yard, null);
    scale(yard, 4);
    scale(yard, 4);
    scale(yard, null);
    const facts = yard.paper.written.map(({ fact }) => fact as Omit<typeof fact, "type"> & { type: string });
    expect(facts.filter(({ type }) => type === "scaled").map(({ data, actor }) => [data, actor.id])).toEqual([
      [{ slots: 4 }, "ada"],
      [{ slots: null }, "ada"],
    ]);
  });
});

describe("a runner out of service", () => {
  it("gets nothing new while what it has goes on, and says who took it out and why", () => {
    const { say, submit, place, isRunning, why } = aYard();
    const before = submit();
    place();
    expect(say("cordon", { reason: "new disk" })).toMatchObject({ ok: true });
    const after = submit();
    place();
    expect([before, after].map(isRunning)).toEqual([true, false]);
    expect(why(after)).toMatchObject({
      code: "cordoned",
      sentence: "The runner local is cordoned by ada and takes nothing new: new disk.",
    });
    expect(say("uncordon")).toMatchObject({ ok: true });
    place();
    expect(isRunning(after)).toBe(true);
  });

  it("leaves the work to others", () => {
    const { say, join, submit, place, isRunning } = aYard();
    join("second");
    say("drain");
    const tasks = [submit(), submit()];
    place();
    expect(tasks.map(isRunning)).toEqual([true, true]);
  });

  it("stays so after restarts of the scheduler and of its own, and is told when it comes back", async () => {
    const yard = aYard();
    yard.say("drain");
    yard.paper.store();
    const { authority, placement } = reborn(yard);
    placement.place(authority.tasks);
    placement.place(authority.tasks);
    expect(authority.records.limit.get("runner:local")).toMatchObject({ reached: true });
    expect(await hello(authority, { ...HELLO, boot: "next" })).toMatchObject({ ok: true, cordoned: true });
    const back = aYard();
    expect(await hello(back.authority, { ...HELLO, boot: "next" })).not.toHaveProperty("cordoned");
  });

  it("is one fact, however often it is said, and nobody's without the right or the runner", () => {
    const { say, limits } = aYard();
    say("uncordon");
    say("cordon");
    say("cordon");
    say("drain");
    say("uncordon");
    say("uncordon");
    expect(limits()).toEqual(["runner:local reached", "runner:local reached", "runner:local eased"]);
    expect(say("cordon", { runner: "nobody" })).toMatchObject({ ok: false, code: "unknown-record" });
    const by = { actor: { kind: "user", id: "bob" }, capabilities: ["view"] } as const;
    expect(say("cordon", { by })).toMatchObject({ ok: false, code: "forbidden" });
  });
});
