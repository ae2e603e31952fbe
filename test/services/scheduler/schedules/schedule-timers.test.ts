import { describe, expect, it } from "vitest";
import { CAPABILITIES } from "#schema/policy.ts";
import { aWorldOfSchedules, DAY, HOUR, MINUTE } from "./a-schedule.ts";

describe("a schedule that is due", () => {
  it("submits its task with its rights, its mark and a key of that moment, then names the next", () => {
    const { made, pass, tasks, story, schedule, recordFacts } = aWorldOfSchedules();
    const id = made({ task: { type: "sleep", payload: { ms: 5 }, labels: { team: "a" } } });
    expect(pass(HOUR - 1)).toBe(1);
    expect(tasks()).toEqual([]);
    expect(pass(1)).toBe(HOUR);
    expect(tasks()).toMatchObject([
      {
        payload: { value: { ms: 5 } },
        submittedBy: { kind: "schedule", id },
        labels: { team: "a", "longshore.schedule": id },
        idempotencyKey: `schedule:${id}:2026-11-21T09:00:00.000Z`,
        rights: CAPABILITIES,
      },
    ]);
    expect(tasks()[0]?.concurrency).toBeUndefined();
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
    expect(recordFacts(id).at(-1)?.actor).toEqual({ kind: "schedule", id });
    expect(schedule(id)).toMatchObject({
      dueAt: "2026-11-21T10:00:00.000Z",
      lastTask: tasks()[0]?.id,
      lastDueAt: "2026-11-21T09:00:00.000Z",
    });
  });

  it("starts later by its recorded jitter, and always before the next is due", () => {
    const { made, pass, schedule, story } = aWorldOfSchedules();
    const id = made({ cron: "* * * * *", jitterMs: HOUR, overlap: "queue" });
    expect(schedule(id)).toMatchObject({
      dueAt: "2026-11-21T08:01:00.000Z",
      firesAt: "2026-11-21T08:01:30.000Z",
    });
    pass(MINUTE);
    expect(story(id)).toEqual(["created"]);
    pass(MINUTE / 2);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T08:01"]);
    expect(schedule(id)?.firesAt).toBe("2026-11-21T08:02:30.000Z");
  });

  it("is not kept from its time by others", () => {
    const { made, pass, story } = aWorldOfSchedules();
    const [hourly, minutely] = [made(), made({ cron: "*/10 * * * *", overlap: "queue" })];
    for (let minute = 0; minute < 60; minute += 1) pass(MINUTE);
    expect(story(hourly)).toHaveLength(2);
    expect(story(minutely)).toHaveLength(7);
  });
});

describe("a clock that is set", () => {
  it("forward by a day fires nothing early; what it skipped is passed over", () => {
    const { made, pass, time, story } = aWorldOfSchedules();
    const id = made({ missed: "all" });
    time.ahead = DAY;
    expect(pass(HOUR - 1)).toBe(1);
    expect(story(id)).toEqual(["created"]);
    pass(1);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00", "passed-over 2026-11-21T10:00 ×24"]);
    pass(HOUR);
    expect(story(id).at(-1)).toBe("passed-over 2026-11-22T10:00 ×1");
  });

  it("back by a day fires nothing early and nothing twice", () => {
    const { made, pass, time, story } = aWorldOfSchedules();
    const id = made();
    time.ahead = -DAY;
    pass(HOUR - 1);
    expect(story(id)).toEqual(["created"]);
    pass(1);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
    pass(23 * HOUR);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
  });
});

describe("a fact that was never stored", () => {
  it("is made up for: task and moment both anew", () => {
    const { made, pass, paper, tasks, story, fire } = aWorldOfSchedules();
    const id = made();
    paper.store();
    pass(HOUR);
    paper.forget();
    expect(tasks()).toEqual([]);
    fire();
    expect(tasks()).toHaveLength(1);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
  });

  it.each(["skip", "queue", "replace"] as const)(
    "between the task's and the schedule's own makes no second task (overlap %s)",
    (overlap) => {
      const { made, pass, paper, tasks, story, schedule, restart, fire } = aWorldOfSchedules();
      const id = made({ overlap });
      pass(HOUR);
      paper.store();
      pass(HOUR);
      const before = tasks().map((task) => task.id);
      // The commit was torn: of all that this turn wrote, only the task was stored.
      const firstOfTurn = paper.written.findIndex(
        ({ fact }) => fact.type === "submitted" && fact.taskId === before[1],
      );
      paper.store(overlap === "skip" ? paper.written.length - 1 : firstOfTurn + 1);
      paper.forget();
      restart();
      fire();
      expect(tasks().map((task) => task.id)).toEqual(before);
      expect(story(id)).toEqual(
        overlap === "skip"
          ? ["created", "fired 2026-11-21T09:00", "passed-over 2026-11-21T10:00 ×1"]
          : ["created", "fired 2026-11-21T09:00", "fired 2026-11-21T10:00"],
      );
      if (overlap !== "skip") expect(schedule(id)?.lastTask).toBe(before[1]);
    },
  );
});

describe("a task that is not taken", () => {
  it("costs that run, and the schedule goes on", () => {
    const { made, pass, authority, story, recordFacts } = aWorldOfSchedules();
    const id = made({ task: { type: "sleep", payload: {}, queue: "night" } });
    const set = (state: "draining" | "open") =>
      authority.records.queue.record(
        "night",
        { type: state === "open" ? "queue-resumed" : "queue-draining" },
        { id: "night", state, concurrency: null, rate: null, preempts: false },
        { by: { kind: "user", id: "ada" } },
      );
    set("draining");
    pass(HOUR);
    expect(story(id).at(-1)).toBe("passed-over 2026-11-21T09:00 ×1");
    expect(recordFacts(id).at(-1)?.data["why"]).toContain("night is being drained");
    set("open");
    pass(HOUR);
    expect(story(id).at(-1)).toBe("fired 2026-11-21T10:00");
  });

  it.each([
    ["a pattern that is none", { properties: { text: { pattern: "[" } } }],
    ["a reference that leads nowhere", { $ref: "#/nowhere" }],
    ["a schema that never ends", { allOf: [{ $ref: "#" }] }],
  ])("costs that run only when its type has become %s", (_, payload) => {
    const { made, pass, authority, story, recordFacts } = aWorldOfSchedules();
    const id = made({ task: { type: "sleep", payload: { text: "a" } } });
    const types = authority.runners.get("local")?.types ?? [];
    const spoilt = types.map((type) => ({ ...type, payload }));
    authority.runners.join({
      runner: "local",
      boot: "b",
      host: "h",
      slots: 1,
      types: spoilt,
      pid: 1,
      seen: 0,
    });
    pass(HOUR);
    expect(story(id).at(-1)).toBe("passed-over 2026-11-21T09:00 ×1");
    expect(recordFacts(id).at(-1)?.data["why"]).toContain("Its task was refused");
  });

  it("because the journal is nearly full is tried again", () => {
    const { made, pass, fill, story } = aWorldOfSchedules();
    const id = made();
    fill(true);
    expect(pass(HOUR)).toBe(1_000);
    pass(500);
    expect(story(id)).toEqual(["created"]);
    fill(false);
    pass(500);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
  });
});
