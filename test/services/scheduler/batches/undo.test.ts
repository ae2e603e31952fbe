import { describe, expect, it } from "vitest";
import { SCHEDULER } from "#schema/actor.ts";
import type { BatchAction } from "#schema/batch.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { aWorldOfBatches, type WorldOfBatches } from "./a-batch.ts";

const LATER = "2026-11-21T09:00:00.000Z";
const MUCH_LATER = "2026-11-22T09:00:00.000Z";

const happen = ({ authority }: WorldOfBatches, id: string, ...events: TaskEvent[]): void => {
  for (const event of events) {
    const task = authority.tasks.get(id);
    if (task) authority.tasks.record(task, event, { by: SCHEDULER });
  }
};

/** A task that failed once and waits to be tried again at this moment. */
const retrying = (world: WorldOfBatches, dueAt: string): string => {
  const { id } = world.submitted();
  happen(world, id, EXAMPLES.assigned, EXAMPLES.started, { ...EXAMPLES["attempt-failed"], report: 2, dueAt });
  return id;
};

const doneAndUndone = async (
  world: WorldOfBatches,
  action: BatchAction,
  ids: readonly string[],
  between: () => unknown = () => undefined,
): Promise<string> => {
  const batch = await world.begun(action, ids);
  await world.run();
  await between();
  const undo = await world.begun({ type: "undo", batch }, []);
  await world.run();
  return undo;
};

describe("undoing a pause", () => {
  it("resumes what it paused, each to where it was", async () => {
    const world = aWorldOfBatches();
    const queued = world.submitted().id;
    const pending = world.submitted({ runAt: LATER }).id;
    const again = retrying(world, LATER);
    const undo = await doneAndUndone(world, { type: "pause" }, [queued, pending, again]);
    expect([queued, pending, again].map(world.state)).toEqual(["queued", "pending", "retrying"]);
    expect(world.batch(undo).counts).toEqual({ total: 3, seen: 3, done: 3, refused: 0 });
  });

  it("resumes what its runner has paused since", async () => {
    const world = aWorldOfBatches();
    const { id } = world.submitted();
    happen(world, id, EXAMPLES.assigned, EXAMPLES.started);
    await doneAndUndone(world, { type: "pause" }, [id], () => {
      expect(world.state(id)).toBe("pausing");
      happen(
        world,
        id,
        { ...EXAMPLES["items-recorded"], items: [], report: 2 },
        { ...EXAMPLES.paused, report: 3 },
      );
    });
    expect(world.state(id)).toBe("queued");
    expect(world.snapshot(id).context).toMatchObject({ runner: "r1", pausedBy: null });
  });

  it("leaves alone what was paused by somebody else, before or since, or is still being paused", async () => {
    const world = aWorldOfBatches();
    const [before, since, slow] = [world.submitted().id, world.submitted().id, world.submitted().id] as const;
    await world.one(before, { type: "pause" });
    happen(world, slow, EXAMPLES.assigned, EXAMPLES.started);
    const undo = await doneAndUndone(world, { type: "pause" }, [before, since, slow], async () => {
      await world.one(since, { type: "resume" });
      await world.one(since, { type: "pause" });
    });
    expect([before, since, slow].map(world.state)).toEqual(["paused", "paused", "pausing"]);
    expect(world.results(undo).map(({ task, ok, why }) => [task, ok, why])).toEqual([
      [since, false, "It is not paused by that batch any more."],
      [slow, false, "It is just being paused; undo again once it is paused."],
    ]);
  });

  it("takes a task from the scheduler that had paused it for another", async () => {
    const world = aWorldOfBatches();
    const { id } = world.submitted();
    const yielding: TaskEvent = { type: "pause-requested", yieldsTo: "another" };
    happen(world, id, EXAMPLES.assigned, EXAMPLES.started, yielding, { ...EXAMPLES.paused, report: 2 });
    await doneAndUndone(world, { type: "pause" }, [id], () => {
      expect(world.snapshot(id).context.yieldsTo).toBeNull();
    });
    expect(world.state(id)).toBe("queued");
  });
});

describe("undoing a change of priority", () => {
  it("puts back the priority of each, unless it was changed since", async () => {
    const world = aWorldOfBatches();
    const low = world.submitted({ priority: "low" }).id;
    const high = world.submitted({ priority: "high" }).id;
    const changed = world.submitted().id;
    const undo = await doneAndUndone(
      world,
      { type: "reprioritise", priority: "critical" },
      [low, high, changed],
      () => world.one(changed, { type: "reprioritise", priority: "background" }),
    );
    expect([low, high, changed].map((id) => world.snapshot(id).context.priority)).toEqual([
      "low",
      "high",
      "background",
    ]);
    expect(world.results(undo).at(-1)).toMatchObject({ ok: false, why: "Its priority was changed since." });
  });
});

describe("a delay", () => {
  it("keeps a task from starting until its time, whatever it waited for before", async () => {
    const world = aWorldOfBatches();
    const queued = world.submitted().id;
    const pending = world.submitted({ runAt: LATER }).id;
    const again = retrying(world, LATER);
    const working = world.submitted().id;
    happen(world, working, EXAMPLES.assigned);
    for (const id of [queued, pending, again])
      expect(await world.one(id, { type: "delay", runAt: MUCH_LATER })).toMatchObject({ ok: true });
    expect(await world.one(working, { type: "delay", runAt: MUCH_LATER })).toMatchObject({
      ok: false,
      code: "refused",
      state: "running.starting",
    });
    expect([queued, pending, again].map(world.state)).toEqual(["pending", "pending", "retrying"]);
    world.time.now = Date.parse(MUCH_LATER) - 1;
    world.deadlines.fire(world.authority.tasks);
    expect([queued, pending, again].map(world.state)).toEqual(["pending", "pending", "retrying"]);
    world.time.now += 1;
    world.deadlines.fire(world.authority.tasks);
    expect([queued, pending, again].map(world.state)).toEqual(["queued", "queued", "queued"]);
    expect(world.factsOf(again).at(-1)?.type).toBe("retry-due");
  });

  it("can be taken forward again", async () => {
    const world = aWorldOfBatches();
    const { id } = world.submitted({ runAt: MUCH_LATER });
    await world.one(id, { type: "delay", runAt: LATER });
    world.time.now = Date.parse(LATER);
    world.deadlines.fire(world.authority.tasks);
    expect(world.state(id)).toBe("queued");
  });

  it.each([
    ["2026-11-21T08:00:00Z", "in the past"],
    ["2037-11-21T08:00:00Z", "ten years"],
    ["2027-02-28T23:59:60Z", "not a moment"],
    ["soon", "not a moment"],
  ])("until %s is refused", async (runAt, why) => {
    const world = aWorldOfBatches();
    const { id } = world.submitted();
    expect(await world.one(id, { type: "delay", runAt })).toMatchObject({
      ok: false,
      code: "invalid",
      message: expect.stringContaining(why),
      details: [{ path: "runAt" }],
    });
    expect(world.state(id)).toBe("queued");
  });

  it("is undone: each waits for what it waited for before", async () => {
    const world = aWorldOfBatches();
    const queued = world.submitted().id;
    const pending = world.submitted({ runAt: LATER }).id;
    const again = retrying(world, LATER);
    const changed = world.submitted().id;
    await doneAndUndone(world, { type: "delay", runAt: MUCH_LATER }, [queued, pending, again, changed], () =>
      world.one(changed, { type: "delay", runAt: LATER }),
    );
    expect([queued, pending, again, changed].map(world.state)).toEqual([
      "queued",
      "pending",
      "retrying",
      "pending",
    ]);
    expect([pending, again, changed].map((id) => world.snapshot(id).context.dueAt)).toEqual([
      LATER,
      LATER,
      LATER,
    ]);
  });

  it("is undone for a task that comes after another, which it still does", async () => {
    const world = aWorldOfBatches();
    const first = world.submitted().id;
    const second = world.submitted({
      after: [first],
      afterPolicy: { when: "succeeded", otherwise: "fail" },
    }).id;
    await doneAndUndone(world, { type: "delay", runAt: MUCH_LATER }, [second]);
    world.deadlines.fire(world.authority.tasks);
    expect(world.state(second)).toBe("pending");
    happen(world, first, EXAMPLES.assigned, EXAMPLES.started, { ...EXAMPLES.completed, report: 2 });
    world.dependencies.judge(world.authority.tasks);
    expect(world.state(second)).toBe("queued");
  });
});

describe("an undo", () => {
  it.each([
    [{ type: "cancel" }, "can be retried"],
    [{ type: "retry" }, "can be cancelled"],
    [{ type: "resume" }, "can be paused"],
  ] as const)("of %j is refused with the reason", async (action, why) => {
    const world = aWorldOfBatches();
    const batch = await world.begun(action, [world.submitted().id]);
    await world.run();
    expect(await world.ask({ type: "undo", batch }, [])).toMatchObject({
      ok: false,
      code: "refused",
      message: expect.stringContaining(why),
    });
  });

  it("of an undo, of a batch at work and of one that changed nothing is refused", async () => {
    const world = aWorldOfBatches();
    const { id } = world.submitted();
    const batch = await world.begun({ type: "pause" }, [id]);
    expect(await world.ask({ type: "undo", batch }, [])).toMatchObject({ ok: false, state: "running" });
    await world.run();
    const undo = await world.begun({ type: "undo", batch }, []);
    await world.run();
    expect(await world.ask({ type: "undo", batch: undo }, [])).toMatchObject({ ok: false, code: "refused" });
    const vain = await world.begun({ type: "resume" }, [id]);
    const nothing = await world.begun({ type: "pause" }, ["nobody"]);
    await world.run();
    expect(world.batch(vain).counts.done).toBe(0);
    expect(await world.ask({ type: "undo", batch: nothing }, [])).toMatchObject({
      ok: false,
      message: "That batch has changed nothing.",
    });
  });

  it("can be looked at first, and be about a part only", async () => {
    const world = aWorldOfBatches();
    const [one, other] = [world.submitted().id, world.submitted().id];
    const batch = await world.begun({ type: "pause" }, [one, other]);
    await world.run();
    await world.one(one, { type: "resume" });
    expect(await world.ask({ type: "undo", batch }, [], { dryRun: true })).toMatchObject({
      can: 1,
      cannot: 1,
    });
    await world.begun({ type: "undo", batch }, [one]);
    await world.run();
    expect([one, other].map(world.state)).toEqual(["queued", "paused"]);
  });

  it("goes on after a restart, knowing what was before", async () => {
    const world = aWorldOfBatches();
    const tasks = (["low", "high", "normal"] as const).map((priority) => world.submitted({ priority }).id);
    const batch = await world.begun({ type: "reprioritise", priority: "critical" }, tasks, { ratePerS: 1 });
    await world.run();
    const undo = await world.begun({ type: "undo", batch }, [], { ratePerS: 1 });
    await world.turn();
    await world.turn();
    const next = world.restart();
    await next.run();
    expect(next.batch(undo).counts).toMatchObject({ done: 3 });
    expect(tasks.map((id) => next.snapshot(id).context.priority)).toEqual(["low", "high", "normal"]);
  });
});

it("a revived task has the whole of its time again", async () => {
  const world = aWorldOfBatches();
  const expiresAt = "2026-11-21T08:01:00.000Z";
  const { id } = world.submitted({ timeout: { attemptMs: null, totalMs: 60_000 }, expiresAt });
  world.time.now += 60_000;
  world.deadlines.fire(world.authority.tasks);
  expect(world.state(id)).toBe("settled");
  world.time.now += 60_000;
  world.paper.store();
  const batch = await world.begun({ type: "retry" }, [id]);
  await world.run();
  expect(world.results(batch)).toMatchObject([{ ok: true, state: "queued" }]);
  world.time.now += 59_999;
  world.deadlines.fire(world.authority.tasks);
  expect(world.state(id)).toBe("queued");
  world.join();
  world.placement.place(world.authority.tasks);
  expect(world.snapshot(id).context.deadlineAt).toBe("2026-11-21T08:03:00.000Z");
});
