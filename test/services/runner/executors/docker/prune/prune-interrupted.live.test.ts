import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { markAt } from "#schema/items.ts";
import { lacks } from "../../../../../support/needs.ts";
import { planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";
import { settledItems } from "../bulk/bulk-run.ts";
import type { PeerTask } from "../../../peer-tasks.ts";

const TYPE = "docker.containers.prune";
const COUNT = 60;

describe.skipIf(lacks.docker)("a prune that is interrupted", () => {
  let ground: PruneGround;
  let runs: ReturnType<PruneGround["runs"]>;
  beforeEach(async () => {
    ground = await pruneGround();
    runs = ground.runs(TYPE);
    for (let at = 0; at < COUNT; at += 1)
      await ground.container(String(at).padStart(3, "0"), { state: "created" });
  }, 180_000);
  afterEach(() => ground.end(), 120_000);

  const begin = async (): Promise<string> => {
    const id = await runs.plan({ only: ground.only, grace: "0s", neverStarted: true });
    expect(ground.peer.task(id).context.plan?.count).toBe(COUNT);
    await ground.peer.assign(id);
    return id;
  };
  const left = async (): Promise<string[]> =>
    (await ground.docker.listContainers({ all: true, filters: { label: ground.only.labels } })).map(
      ({ Id }) => Id,
    );
  const open = (task: PeerTask): string[] =>
    planOf(task)
      .items.filter((_, index) => markAt(task.context.marks, index) < 2)
      .map(({ id }) => id);

  it("acts on each thing exactly once, although its runner is killed in the middle, twice", async () => {
    const removed: string[] = [];
    const events = await ground.docker.getEvents({
      filters: { label: ground.only.labels, event: ["destroy"] },
    });
    events.on("data", (chunk: Buffer) =>
      removed.push(...(chunk.toString().match(/"Action":"destroy"/g) ?? [])),
    );
    const id = await begin();
    await runs.doneAtLeast(id, 10);
    await ground.succeed(id);
    await runs.doneAtLeast(id, 30);
    await ground.succeed(id);
    const task = await runs.settled(id);
    expect(task.state).toBe("completed");
    // What was removed by an attempt that could not say so any more was found out, and is not "gone already".
    expect(task.context.counts).toMatchObject({ done: COUNT, unchanged: 0, skipped: 0, failed: 0 });
    expect(await left()).toEqual([]);
    await ground.peer.until("the engine's word for each", () => removed.length >= COUNT, 30_000);
    expect(removed).toHaveLength(COUNT);
    (events as unknown as { destroy(): void }).destroy();
  }, 120_000);

  it("lets go at a pause, leaves alone what was started meanwhile, and goes on", async () => {
    const id = await begin();
    await runs.doneAtLeast(id, 10);
    await ground.peer.fact(id, { type: "pause-requested" });
    const paused = await runs.settled(id);
    expect(paused.state).toBe("paused");
    expect((await left()).toSorted()).toEqual(open(paused).toSorted());
    const [, started = ""] = open(paused).toReversed();
    await ground.docker.getContainer(started).start();
    await ground.peer.fact(id, { type: "resumed" });
    await ground.peer.assign(id);
    const task = await runs.settled(id);
    expect(task.context.counts).toMatchObject({ done: COUNT - 1, skipped: 1, failed: 0 });
    expect(task.items.find(({ outcome }) => outcome === "skipped")).toMatchObject({
      code: "changed-since-plan",
    });
    expect(await left()).toEqual([started]);
  }, 120_000);

  it("ends after a cancel with every thing either removed or untouched, as the engine shows", async () => {
    const id = await begin();
    await runs.doneAtLeast(id, 10);
    await ground.peer.fact(id, { type: "cancel-requested" });
    const task = await runs.settled(id);
    expect(task.state).toBe("cancelled");
    expect((await left()).toSorted()).toEqual(open(task).toSorted());
    expect(settledItems(task.context.counts) + open(task).length).toBe(COUNT);
    expect(open(task).length).toBeGreaterThan(0);
  }, 120_000);
});
