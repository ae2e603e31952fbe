import { describe, expect, it } from "vitest";
import { aWorldOfBatches } from "./a-batch.ts";

describe("a batch whose scheduler ends in the middle", () => {
  it.each([0, 1, 2, 3, 4, 5, 6])("reports each task once when %i of its facts were stored", async (kept) => {
    const world = aWorldOfBatches();
    const tasks = world.some(5);
    const id = await world.begun({ type: "reprioritise", priority: "high" }, tasks);
    await world.turn();
    world.paper.fail(kept);
    await world.turn();
    world.paper.fail(null);
    const next = world.restart();
    await next.run();
    expect(next.results(id)).toEqual(
      tasks.map((task) => ({ task, ok: true, state: "queued", before: "normal" })),
    );
    for (const task of tasks)
      expect(next.factsOf(task).map(({ type }) => type)).toEqual(["submitted", "reprioritised"]);
    expect(next.batch(id)).toMatchObject({ state: "finished", counts: { seen: 5, done: 5 } });
  });

  it.each([0, 1, 2, 3, 4, 5, 6])(
    "goes on by itself when %i of its facts were stored and the disk comes back",
    async (kept) => {
      const world = aWorldOfBatches();
      const tasks = world.some(5);
      const id = await world.begun({ type: "reprioritise", priority: "high" }, tasks);
      await world.turn();
      world.paper.fail(kept);
      await world.turn();
      world.paper.fail(null);
      await world.run();
      expect(world.results(id).map(({ task, ok }) => [task, ok])).toEqual(tasks.map((task) => [task, true]));
      for (const task of tasks) expect(world.factsOf(task)).toHaveLength(2);
      // What was told can be read back, whole, by who undoes it.
      const undo = await world.begun({ type: "undo", batch: id }, []);
      await world.run();
      expect(world.batch(undo).counts).toMatchObject({ total: 5, done: 5 });
    },
  );

  it("tells what was done also when it is stopped before it goes on", async () => {
    const world = aWorldOfBatches();
    const tasks = world.some(5);
    const id = await world.begun({ type: "pause" }, tasks);
    await world.turn();
    world.paper.fail(3);
    await world.turn();
    world.paper.fail(null);
    const next = world.restart();
    await next.wish({ type: "stop", batch: id });
    await next.run();
    expect(next.results(id).map(({ task }) => task)).toEqual(tasks.slice(0, 3));
    expect(tasks.map(next.state)).toEqual(["paused", "paused", "paused", "queued", "queued"]);
    await next.begun({ type: "undo", batch: id }, []);
    await next.run();
    expect(tasks.map(next.state)).toEqual(tasks.map(() => "queued"));
  });

  it("goes on when the word that stopped it was never stored", async () => {
    const world = aWorldOfBatches();
    const tasks = world.some(3);
    const id = await world.begun({ type: "pause" }, tasks);
    await world.turn();
    world.paper.fail(0);
    await world.wish({ type: "stop", batch: id });
    await world.turn();
    world.paper.fail(null);
    await world.run();
    expect(world.batch(id)).toMatchObject({ state: "finished", counts: { done: 3 } });
  });

  it("never was when its first fact was not stored", async () => {
    const world = aWorldOfBatches();
    const tasks = world.some(3);
    world.paper.store();
    const id = await world.begun({ type: "pause" }, tasks);
    world.paper.forget();
    await world.run();
    await world.turn();
    expect(world.authority.records.batch.get(id)).toBeUndefined();
    expect(tasks.map(world.state)).toEqual(["queued", "queued", "queued"]);
    expect(world.authority.batches.turn(world.authority)).toBeNull();
  });
});
