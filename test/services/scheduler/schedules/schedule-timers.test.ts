import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CAPABILITIES } from "#schema/policy.ts";
import type { ScheduleBody } from "#schema/schedule.ts";
import { parseCron } from "#schema/cron.ts";
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
    const { made, pass, tasks, state, placement, authority } = aWorldOfSchedules();
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
    const { made, pass, tasks, state, placement, authority, factsOf } = aWorldOfSchedules();
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

describe("runs that were missed", () => {
  /** Down from 08:00 until 13:30: 09:00 to 13:00 were missed. */
  const afterFiveHours = (changes: Partial<ScheduleBody>) => {
    const world = aWorldOfSchedules();
    const id = world.made(changes);
    world.restart();
    world.pass(5.5 * HOUR);
    return { ...world, id, told: world.story(id).slice(1) };
  };

  it("are all passed over in one fact (none)", () => {
    const { told, recordFacts, id, schedule } = afterFiveHours({ missed: "none" });
    expect(told).toEqual(["passed-over 2026-11-21T09:00 ×5"]);
    expect(recordFacts(id).at(-1)?.data["why"]).toMatch(/^Missed/);
    expect(schedule(id)?.dueAt).toBe("2026-11-21T14:00:00.000Z");
  });

  it("are made up for by the latest (one)", () => {
    const { told, tasks, schedule, id } = afterFiveHours({ missed: "one" });
    expect(told).toEqual(["passed-over 2026-11-21T09:00 ×4", "fired 2026-11-21T13:00"]);
    expect(tasks()).toHaveLength(1);
    expect(schedule(id)?.dueAt).toBe("2026-11-21T14:00:00.000Z");
  });

  it("are made up for one by one, the oldest first (all)", () => {
    const { told, tasks } = afterFiveHours({ missed: "all", overlap: "queue" });
    expect(told).toEqual(
      [9, 10, 11, 12, 13].map((hour) => `fired 2026-11-21T${`${hour}`.padStart(2, "0")}:00`),
    );
    expect(tasks()).toHaveLength(5);
  });

  it("meet one another like any others (all, with skip and replace)", () => {
    expect(afterFiveHours({ missed: "all", overlap: "skip" }).told).toEqual([
      "fired 2026-11-21T09:00",
      "passed-over 2026-11-21T10:00 ×4",
    ]);
    expect(afterFiveHours({ missed: "all", overlap: "replace" }).told).toEqual([
      "passed-over 2026-11-21T09:00 ×4",
      "fired 2026-11-21T13:00",
    ]);
  });

  it("are made up for a hundred times at most", () => {
    const { told, tasks } = afterFiveHours({ missed: "all", overlap: "queue", cron: "* * * * *" });
    expect(tasks()).toHaveLength(101);
    expect(told.slice(98)).toEqual([
      "fired 2026-11-21T09:39",
      "fired 2026-11-21T09:40",
      "passed-over 2026-11-21T09:41 ×229",
      // The last is due at this very moment: it was not missed.
      "fired 2026-11-21T13:30",
    ]);
  });

  it("by the thousand are counted no further, and the latest is still found", () => {
    const { told, recordFacts, id } = afterFiveHours({ missed: "one", cron: "*/2 * * * * *" });
    expect(told).toEqual(["passed-over 2026-11-21T08:00 ×1000", "fired 2026-11-21T13:30"]);
    expect(recordFacts(id).at(-2)?.data["why"]).toContain("more than 1000");
  });

  it("are not missed when the restart was short", () => {
    const { made, restart, pass, story } = aWorldOfSchedules();
    const id = made({ missed: "none" });
    restart();
    pass(HOUR + 30_000);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
  });
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

/** What may happen to a scheduler in an afternoon. */
const event = fc.oneof(
  { weight: 6, arbitrary: fc.record({ pass: fc.integer({ min: 1, max: 50 * MINUTE }) }) },
  { weight: 1, arbitrary: fc.record({ pass: fc.integer({ min: HOUR, max: 5 * HOUR }) }) },
  { weight: 2, arbitrary: fc.constant("store" as const) },
  { weight: 1, arbitrary: fc.constant("crash" as const) },
  { weight: 1, arbitrary: fc.nat(1_000).map((share) => ({ tear: share / 1_000 })) },
  { weight: 1, arbitrary: fc.constant("settle" as const) },
);

it("comes to every due moment exactly once, in order and never early, whatever happens in between", () => {
  const body = fc.record({
    cron: fc.constantFrom("*/20 * * * *", "5,50 * * * *", "0 9-14 * * *"),
    timezone: fc.constantFrom("UTC", "America/New_York"),
    jitterMs: fc.constantFrom(0, 5 * MINUTE),
    overlap: fc.constantFrom("skip" as const, "queue" as const, "replace" as const),
    missed: fc.constantFrom("none" as const, "one" as const, "all" as const),
  });
  fc.assert(
    fc.property(body, fc.array(event, { maxLength: 25 }), (changes, events) => {
      const { made, pass, paper, tasks, recordFacts, restart, fire, time, withdraw } = aWorldOfSchedules();
      const id = made(changes);
      paper.store();
      let stored = paper.written.length;
      const keep = (count: number): void => {
        stored = count;
        paper.store(count);
      };
      for (const what of events) {
        if (what === "store") keep(paper.written.length);
        else if (what === "settle") for (const task of tasks()) withdraw(task.id);
        else if (what === "crash" || "tear" in what) {
          if (what !== "crash") keep(stored + Math.floor((paper.written.length - stored) * what.tear));
          paper.forget();
          restart();
          fire();
        } else pass(what.pass);
      }

      const parsed = parseCron(changes.cron, changes.timezone);
      if (!parsed.ok) throw new Error(parsed.message);
      const { times } = parsed;
      const happened = recordFacts(id).slice(1);
      let next = times.next(Date.parse("2026-11-21T08:00:00.000Z"));
      for (const { data, at } of happened) {
        expect(data["dueAt"]).toBe(new Date(next ?? 0).toISOString());
        expect(at >= String(data["dueAt"])).toBe(true);
        for (let run = 0; run < Number(data["runs"] ?? 1); run += 1) next = times.next(next ?? 0);
      }
      // All that is due by now is done, but for its jitter.
      expect(next).toBeGreaterThan(time.now - changes.jitterMs);
      const fired = happened.filter(({ type }) => type === "fired").map(({ data }) => data["task"]);
      expect(fired).toEqual(tasks().map((task) => task.id));
      expect(new Set(tasks().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(tasks().length);
    }),
    { numRuns: 150 },
  );
});
