import { describe, expect, it } from "vitest";
import { submit } from "../../../../services/scheduler/submission/submit.ts";
import { aBody, aWorldOfSchedules } from "./a-schedule.ts";

describe("a schedule that cannot be", () => {
  const { wish } = aWorldOfSchedules();
  const refused = (changes: Parameters<typeof aBody>[0]) =>
    wish({ type: "create", schedule: aBody(changes) });

  it.each([
    [{ cron: "61 * * * *" }, "cron"],
    [{ cron: "soon" }, "cron"],
    [{ cron: "0 0 30 2 *" }, "cron"],
    [{ timezone: "Mars/Olympus" }, "timezone"],
    [{ task: { type: "nothing", payload: {} } }, "task/type"],
    [{ task: { type: "sleep", payload: { ms: -1 } } }, "task/payload/ms"],
    [{ task: { type: "sleep", payload: {}, queue: "no queue" } }, "task/queue"],
    [{ task: { type: "sleep", payload: {}, idempotencyKey: "mine" } }, "task/idempotencyKey"],
    [{ task: { type: "sleep", payload: {}, runAt: "2026-12-01T00:00:00Z" } }, "task/runAt"],
    [{ task: { type: "sleep", payload: {}, after: ["id-1"] } }, "task/after"],
  ])("is refused when it is made: %j", (changes, path) => {
    const reply = refused(changes);
    expect(reply).toMatchObject({ ok: false, code: "invalid" });
    expect(!reply.ok && reply.details?.map((detail) => detail.path)).toContain(path);
  });

  it("is refused when it is larger than a fact should be", () => {
    expect(refused({ task: { type: "sleep", payload: { text: "x".repeat(40_000) } } })).toMatchObject({
      code: "too-large",
    });
  });

  it("is refused to who may not submit its task", () => {
    expect(wish({ type: "create", schedule: aBody() }, ["view"])).toMatchObject({ code: "forbidden" });
    const world = aWorldOfSchedules();
    const [sleep] = world.authority.runners.get("local")?.types ?? [];
    if (!sleep) throw new Error("the runner knows no type");
    const command = { ...sleep, type: "command" };
    world.authority.runners.join({
      runner: "other",
      boot: "boot-1",
      slots: 0,
      types: [command],
      host: "h",
      pid: 1,
      seen: 0,
    });
    const schedule = aBody({ task: { type: "command", payload: {} } });
    expect(world.wish({ type: "create", schedule }, ["operate"])).toMatchObject({
      code: "forbidden",
      details: [{ path: "task" }],
    });
    const made = world.wish({ type: "create", schedule }, ["operate", "exec"]);
    if (!made.ok) throw new Error(made.message);
    for (const command of [
      { type: "run", id: made.id },
      { type: "change", id: made.id, changes: { cron: "@daily" } },
    ] as const)
      expect(world.wish(command, ["operate"], "bob")).toMatchObject({ code: "forbidden" });
    expect(world.wish({ type: "pause", id: made.id }, ["operate"], "bob")).toMatchObject({ ok: true });
    expect(world.wish({ type: "resume", id: made.id }, ["operate"], "bob")).toMatchObject({
      code: "forbidden",
    });
  });

  it("cannot have its next run left out by somebody who takes that run's key", async () => {
    const { authority, made, pass, story } = aWorldOfSchedules();
    const id = made();
    const by = { actor: { kind: "user", id: "eve" }, capabilities: ["operate"] } as const;
    const task = { type: "sleep", payload: {}, idempotencyKey: `schedule:${id}:2026-11-21T09:00:00.000Z` };
    const reply = await submit(authority, { id: "w", by, task });
    expect(reply).toMatchObject({ ok: false, code: "invalid", details: [{ path: "idempotencyKey" }] });
    pass(3_600_000);
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00"]);
  });

  it("is not found when it is not there", () => {
    for (const type of ["pause", "resume", "delete", "run"] as const)
      expect(wish({ type, id: "nothing" })).toMatchObject({ ok: false, code: "unknown-record" });
  });

  it("is refused when there are very many", () => {
    const { wish: wishes } = aWorldOfSchedules();
    for (let count = 0; count < 1_000; count += 1) wishes({ type: "create", schedule: aBody() });
    expect(wishes({ type: "create", schedule: aBody() })).toMatchObject({ ok: false, code: "refused" });
  });
});

describe("a schedule that changes", () => {
  it("knows from the first when it is due", () => {
    const { made, schedule } = aWorldOfSchedules();
    expect(schedule(made({ cron: "0 12 * * *", timezone: "Europe/Berlin" }))).toMatchObject({
      state: "active",
      overlap: "skip",
      missed: "one",
      dueAt: "2026-11-21T11:00:00.000Z",
      firesAt: "2026-11-21T11:00:00.000Z",
      lastTask: null,
    });
  });

  it("is due when its new pattern says, and only that", () => {
    const { made, wish, pass, story } = aWorldOfSchedules();
    const id = made({ cron: "30 8 * * *" });
    wish({ type: "change", id, changes: { cron: "0 10 * * *", timezone: "Europe/Berlin" } });
    pass(45 * 60_000);
    expect(story(id)).toEqual(["created", "changed"]);
    pass(15 * 60_000);
    expect(story(id)).toEqual(["created", "changed", "fired 2026-11-21T09:00"]);
  });

  it("keeps its moment when something else of it changes", () => {
    const { made, wish, schedule } = aWorldOfSchedules();
    const id = made({ jitterMs: 60_000 });
    const before = schedule(id);
    wish({ type: "change", id, changes: { name: "Sweep", overlap: "queue", missed: "all" } });
    expect(schedule(id)).toEqual({ ...before, name: "Sweep", overlap: "queue", missed: "all" });
  });

  it("refuses a change that would spoil it, and stays as it was", () => {
    const { made, wish, schedule } = aWorldOfSchedules();
    const id = made();
    const before = schedule(id);
    expect(wish({ type: "change", id, changes: { cron: "0 0 31 2 *" } })).toMatchObject({ code: "invalid" });
    expect(wish({ type: "change", id, changes: { task: { type: "x", payload: 1 } } })).toMatchObject({
      code: "invalid",
    });
    expect(schedule(id)).toBe(before);
  });

  it("runs a new task with the rights of who put it in", () => {
    const { made, wish, pass, tasks } = aWorldOfSchedules();
    const id = made();
    wish(
      { type: "change", id, changes: { task: { type: "sleep", payload: { ms: 7 } } } },
      ["operate"],
      "bob",
    );
    pass(3_600_000);
    expect(tasks()).toMatchObject([{ payload: { value: { ms: 7 } }, rights: ["operate"] }]);
  });

  it("does nothing while it is paused, and goes on with the next moment", () => {
    const { made, wish, pass, schedule, story } = aWorldOfSchedules();
    const id = made({ missed: "all" });
    expect(wish({ type: "pause", id })).toMatchObject({ ok: true });
    expect(wish({ type: "pause", id })).toMatchObject({ code: "refused", state: "paused" });
    expect(schedule(id)).toMatchObject({ state: "paused", dueAt: null, firesAt: null });
    expect(pass(3.5 * 3_600_000)).toBeNull();
    wish({ type: "resume", id });
    expect(wish({ type: "resume", id })).toMatchObject({ code: "refused", state: "active" });
    expect(schedule(id)).toMatchObject({ dueAt: "2026-11-21T12:00:00.000Z" });
    pass(1_800_000);
    expect(story(id)).toEqual(["created", "schedule-paused", "schedule-resumed", "fired 2026-11-21T12:00"]);
  });

  it("is gone when it is deleted, its task is not", () => {
    const { made, wish, pass, schedule, story, tasks, state } = aWorldOfSchedules();
    const id = made();
    pass(3_600_000);
    wish({ type: "delete", id });
    expect(schedule(id)).toBeUndefined();
    expect(pass(86_400_000)).toBeNull();
    expect(story(id)).toEqual(["created", "fired 2026-11-21T09:00", "deleted"]);
    expect(state(tasks()[0]?.id ?? "")).toBe("queued");
  });
});

describe("a run that is asked for now", () => {
  it("makes a task at once and leaves the next moment where it is, also while paused", () => {
    const { made, wish, schedule, tasks, recordFacts } = aWorldOfSchedules();
    const id = made({ overlap: "queue" });
    const reply = wish({ type: "run", id }, undefined, "bob");
    expect(reply).toMatchObject({ ok: true, id, taskId: tasks()[0]?.id });
    expect(schedule(id)).toMatchObject({
      dueAt: "2026-11-21T09:00:00.000Z",
      lastTask: tasks()[0]?.id,
      lastDueAt: "2026-11-21T08:00:00.000Z",
    });
    expect(recordFacts(id).at(-1)?.actor).toEqual({ kind: "user", id: "bob" });
    wish({ type: "pause", id });
    expect(wish({ type: "run", id })).toMatchObject({ ok: true });
    expect(schedule(id)).toMatchObject({ state: "paused", dueAt: null });
    expect(new Set(tasks().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
  });

  it("is refused while the run before is not over, when the schedule leaves such runs out", () => {
    const { made, wish, tasks, withdraw } = aWorldOfSchedules();
    const id = made();
    wish({ type: "run", id });
    expect(wish({ type: "run", id })).toMatchObject({ ok: false, code: "refused" });
    withdraw(tasks()[0]?.id ?? "");
    expect(wish({ type: "run", id })).toMatchObject({ ok: true });
  });

  it("says why when its task is not taken", () => {
    const { made, wish, fill } = aWorldOfSchedules();
    const id = made();
    fill(true);
    expect(wish({ type: "run", id })).toMatchObject({ ok: false, code: "full" });
  });
});
