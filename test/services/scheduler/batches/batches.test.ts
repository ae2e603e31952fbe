import { describe, expect, it } from "vitest";
import { RESULTS_PER_FACT } from "#schema/batch.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { LostObject } from "#infra/nats/objects.ts";
import { EXAMPLES } from "../../../support/task-examples.ts";
import { aWorldOfBatches, type WorldOfBatches } from "./a-batch.ts";

const failed = (
  world: WorldOfBatches,
  definition: Parameters<WorldOfBatches["submitted"]>[0] = {},
): string => {
  const task = world.submitted(definition);
  for (const event of [
    EXAMPLES.assigned,
    EXAMPLES.started,
    { ...EXAMPLES["attempt-failed"], retryable: false, report: 2 },
  ])
    world.authority.tasks.record(task, event, { by: SCHEDULER });
  world.paper.store();
  return task.id;
};

describe("a batch", () => {
  it("does one thing to many tasks and tells what became of each", async () => {
    const world = aWorldOfBatches();
    const [first, second, third] = world.some(3) as [string, string, string];
    await world.one(second, { type: "cancel" });
    const id = await world.begun({ type: "pause" }, [first, second, "nobody", third, first]);
    await world.run();
    expect(world.results(id)).toEqual([
      { task: first, ok: true, state: "paused" },
      { task: second, ok: false, state: "cancelled", why: "Cannot pause a task that is cancelled." },
      { task: "nobody", ok: false, state: "unknown", why: expect.stringContaining("no such task") },
      { task: third, ok: true, state: "paused" },
    ]);
    expect(world.batch(id)).toMatchObject({
      state: "finished",
      tasks: null,
      counts: { total: 4, seen: 4, done: 2, refused: 2 },
      finishedAt: "2026-11-21T08:00:00.000Z",
    });
    expect(world.about(id).map(({ type }) => type)).toEqual(["started", "progressed", "finished"]);
  });

  it("is the cause of all its facts, and who began it their actor", async () => {
    const world = aWorldOfBatches();
    const [task] = world.some(1) as [string];
    const id = await world.begun({ type: "cancel" }, [task]);
    await world.run();
    for (const fact of [world.factsOf(task).at(-1), ...world.about(id)])
      expect(fact).toMatchObject({ cause: id, actor: { kind: "user", id: "ada" }, reason: "because" });
  });

  it("works a part at a time: others have their turn in between", async () => {
    const world = aWorldOfBatches();
    const tasks = world.some(RESULTS_PER_FACT + 1);
    const id = await world.begun({ type: "reprioritise", priority: "high" }, tasks);
    await world.turn();
    await world.turn();
    expect(world.batch(id).counts.seen).toBe(RESULTS_PER_FACT);
    expect(await world.one(String(tasks.at(-1)), { type: "cancel" })).toMatchObject({ ok: true });
    await world.run();
    expect(world.batch(id).counts).toEqual({
      total: tasks.length,
      seen: tasks.length,
      done: RESULTS_PER_FACT,
      refused: 1,
    });
  });

  it("reads each task once, however many turns it takes", async () => {
    const world = aWorldOfBatches();
    const tasks = Array.from({ length: 20 }, () => failed(world));
    const { read, clock } = world.authority;
    let reads = 0;
    let ms = 0;
    Object.assign(world.authority, {
      // Each task takes longer than a turn may.
      clock: { ...clock, monotonic: () => (ms += 20) },
      read: (seq: number) => {
        reads += 1;
        return read(seq);
      },
    });
    const id = await world.begun({ type: "retry" }, tasks);
    await world.run();
    expect(world.batch(id).counts.done).toBe(20);
    expect(world.about(id).filter(({ type }) => type === "progressed")).toHaveLength(20);
    expect(reads).toBe(20);
  });

  it("keeps to its rate", async () => {
    const world = aWorldOfBatches();
    const tasks = Array.from({ length: 10 }, () => failed(world));
    const id = await world.begun({ type: "retry" }, tasks, { ratePerS: 2 });
    const began = world.time.now;
    await world.turn();
    const seen: [number, number][] = [];
    while (world.batch(id).state === "running") {
      const wait = await world.turn();
      seen.push([world.time.now - began, world.batch(id).counts.done]);
      world.time.now += wait ?? 0;
    }
    for (const [ms, done] of seen) expect(done).toBeLessThanOrEqual(1 + (ms * 2) / 1_000);
    expect(seen.at(-1)).toEqual([4_500, 10]);
    expect(tasks.map(world.state)).toEqual(tasks.map(() => "queued"));
  });

  it("stops after what it is at, and says how far it came", async () => {
    const world = aWorldOfBatches();
    const tasks = world.some(6);
    const id = await world.begun({ type: "pause" }, tasks, { ratePerS: 1 });
    await world.turn();
    await world.turn();
    expect(await world.wish({ type: "stop", batch: id })).toMatchObject({ ok: true, id });
    await world.turn();
    expect(world.batch(id)).toMatchObject({ state: "cancelled", counts: { total: 6, seen: 1, done: 1 } });
    world.time.now += 60_000;
    await world.turn();
    expect(tasks.map(world.state)).toEqual(["paused", ...Array.from({ length: 5 }, () => "queued")]);
    expect(await world.wish({ type: "stop", batch: id })).toMatchObject({
      ok: false,
      code: "refused",
      state: "cancelled",
    });
    expect(await world.wish({ type: "stop", batch: "none" })).toMatchObject({
      ok: false,
      code: "unknown-record",
    });
  });

  it("retries failed tasks with the rights of who began it, and with no others", async () => {
    const world = aWorldOfBatches();
    const plain = failed(world);
    const run = failed(world, { type: "command", payload: { value: { command: ["true"] } } });
    await world.ask({ type: "retry" }, [plain, run], {}, ["view", "operate"]);
    await world.run();
    expect([world.state(plain), world.state(run)]).toEqual(["queued", "settled"]);
    const id = [...world.authority.records.batch.all()][0]?.id ?? "";
    expect(world.results(id)[1]).toMatchObject({ ok: false, why: 'This needs the right "exec".' });
  });

  it("judges a task that settled while others were read as it is now", async () => {
    const world = aWorldOfBatches();
    const [task, other] = world.some(2) as [string, string];
    const id = await world.begun({ type: "pause" }, [task, other]);
    await world.turn();
    await world.one(task, { type: "cancel" });
    await world.run();
    expect(world.results(id)).toEqual([
      { task, ok: false, state: "cancelled", why: "Cannot pause a task that is cancelled." },
      { task: other, ok: true, state: "paused" },
    ]);
  });

  it("refuses a task whose payload is lost, and goes on with the others", async () => {
    const world = aWorldOfBatches();
    const lost = failed(world, { payload: { ref: "a", sha256: "a", size: 1 } });
    const whole = failed(world);
    const load = world.authority.objects.load.bind(world.authority.objects);
    Object.assign(world.authority.objects, {
      load: (kept: Parameters<typeof load>[0]) =>
        "ref" in kept ? Promise.reject(new LostObject("the object a is gone")) : load(kept),
    });
    const id = await world.begun({ type: "retry" }, [lost, whole]);
    await world.run();
    expect(world.results(id)).toMatchObject([
      { task: lost, ok: false, why: "Its payload cannot be read: the object a is gone." },
      { task: whole, ok: true, state: "queued" },
    ]);
  });

  it("ends where the list of its tasks is lost", async () => {
    const world = aWorldOfBatches();
    const [task] = world.some(1) as [string];
    Object.assign(world.authority.objects, {
      keep: async () => ({ ref: "a", sha256: "a", size: 1 }),
      load: (kept: { value?: unknown }) =>
        "ref" in kept ? Promise.reject(new LostObject("the object a is gone")) : Promise.resolve(kept.value),
    });
    const id = await world.begun({ type: "pause" }, [task]);
    await world.run();
    expect(world.batch(id).state).toBe("cancelled");
    expect(world.about(id).at(-1)).toMatchObject({
      type: "stopped",
      reason: "The list of its tasks is lost.",
      actor: SCHEDULER,
    });
  });

  it.each([
    ["no tasks", { type: "pause" }, [], "invalid"],
    ["a moment in the past", { type: "delay", runAt: "2026-11-21T07:59:59Z" }, ["a"], "invalid"],
    ["a moment ten years ahead and more", { type: "delay", runAt: "2126-11-21T08:00:00Z" }, ["a"], "invalid"],
    ["a batch to undo that is not there", { type: "undo", batch: "none" }, [], "unknown-record"],
  ] as const)("is refused for %s", async (_, action, ids, code) => {
    const world = aWorldOfBatches();
    expect(await world.ask(action, ids)).toMatchObject({ ok: false, code });
    expect(world.paper.written).toEqual([]);
  });

  it("is refused to who may not operate", async () => {
    const world = aWorldOfBatches();
    expect(await world.ask({ type: "pause" }, ["a"], {}, ["view"])).toMatchObject({
      ok: false,
      code: "forbidden",
    });
  });

  it("is refused while a hundred are at work", async () => {
    const world = aWorldOfBatches();
    const tasks = world.some(1);
    for (let count = 0; count < 100; count += 1) await world.begun({ type: "pause" }, tasks);
    expect(await world.ask({ type: "pause" }, tasks)).toMatchObject({ ok: false, code: "refused" });
    await world.run();
    expect(await world.ask({ type: "resume" }, tasks)).toMatchObject({ ok: true });
  });
});

describe("a dry run", () => {
  it("says how many it can and why not the others, and writes nothing", async () => {
    const world = aWorldOfBatches();
    const waiting = world.some(150);
    const settled = world.some(120);
    for (const id of settled) await world.one(id, { type: "cancel" });
    world.paper.store();
    const before = world.paper.written.length;
    const reply = await world.ask({ type: "pause" }, [...settled, "nobody", ...waiting], { dryRun: true });
    expect(reply).toMatchObject({
      ok: true,
      dryRun: true,
      can: 150,
      cannot: 121,
      reasons: [
        { why: "Cannot pause a task that is cancelled.", count: 120 },
        { why: expect.stringContaining("no such task"), count: 1 },
      ],
    });
    expect("refused" in reply ? reply.refused.map(({ task }) => task) : []).toEqual(settled.slice(0, 100));
    expect(world.paper.written.length).toBe(before);
  });
});
