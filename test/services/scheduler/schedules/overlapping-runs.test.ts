import { describe, expect, it } from "vitest";
import { aWorldOfSchedules, HOUR } from "./a-schedule.ts";

describe("runs that are due at the same moment", () => {
  it("go by importance where there is room for one, whichever schedule was made first", () => {
    for (const priorities of [["low", "critical"] as const, ["critical", "low"] as const]) {
      const { made, pass, tasks, state, placement, authority } = aWorldOfSchedules(1);
      for (const priority of priorities) made({ task: { type: "sleep", payload: {}, priority } });
      pass(HOUR);
      placement.place(authority.tasks);
      const begun = tasks().filter(({ id }) => state(id) !== "queued");
      expect(begun.map(({ priority }) => priority)).toEqual(["critical"]);
    }
  });
});

describe("a run that meets the one before", () => {
  it("is left out, and the reason recorded (skip)", () => {
    const { made, pass, story, recordFacts, tasks, withdraw } = aWorldOfSchedules();
    const id = made({ overlap: "skip" });
    pass(HOUR);
    pass(HOUR);
    expect(story(id).slice(1)).toEqual(["fired 2026-11-21T09:00", "passed-over 2026-11-21T10:00 ×1"]);
    expect(recordFacts(id).at(-1)?.data["why"]).toContain(tasks()[0]?.id);
    withdraw(tasks()[0]?.id ?? "");
    pass(HOUR);
    expect(story(id).at(-1)).toBe("fired 2026-11-21T11:00");
  });

  it("waits for it (queue)", () => {
    const { made, pass, tasks, state, placement, authority } = aWorldOfSchedules(10);
    const id = made({ overlap: "queue" });
    pass(HOUR);
    pass(HOUR);
    placement.place(authority.tasks);
    expect(tasks().map(({ concurrency }) => concurrency)).toEqual([
      { key: `schedule:${id}`, limit: 1 },
      { key: `schedule:${id}`, limit: 1 },
    ]);
    expect(tasks().map((task) => state(task.id))).toEqual([{ running: "starting" }, "queued"]);
  });

  it("waits for it by a lock, when it has a key of its own", () => {
    const { made, pass, tasks } = aWorldOfSchedules();
    const task = { type: "sleep", payload: {}, locks: ["db"], concurrency: { key: "nas", limit: 3 } };
    const id = made({ overlap: "queue", task });
    pass(HOUR);
    expect(tasks()).toMatchObject([
      { concurrency: { key: "nas", limit: 3 }, locks: ["db", `schedule:${id}`] },
    ]);
  });

  it("takes its place: the one before is cancelled, the new one waits until it is gone (replace)", () => {
    const { made, pass, tasks, state, placement, authority, factsOf } = aWorldOfSchedules(10);
    const id = made({ overlap: "replace" });
    pass(HOUR);
    placement.place(authority.tasks);
    pass(HOUR);
    placement.place(authority.tasks);
    const [first, second] = tasks().map((task) => task.id);
    expect(state(first ?? "")).toBe("cancelling");
    expect(factsOf(first ?? "").at(-1)).toMatchObject({
      type: "cancel-requested",
      actor: { kind: "schedule", id },
    });
    expect(state(second ?? "")).toBe("queued");
    pass(HOUR);
    expect(state(second ?? "")).toBeNull();
    expect(factsOf(second ?? "").at(-1)?.type).toBe("withdrawn");
  });
});
