import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { classesOf, outcomesOf, planOf, type PruneGround, pruneGround } from "./a-prune-ground.ts";

const TYPE = "docker.containers.prune";

describe.skipIf(lacks.docker)("pruning containers", () => {
  let ground: PruneGround;
  beforeAll(async () => {
    ground = await pruneGround();
  }, 120_000);
  afterAll(() => ground.end(), 120_000);

  const exists = async (id: string): Promise<boolean> =>
    ground.docker
      .getContainer(id)
      .inspect()
      .then(
        () => true,
        () => false,
      );

  it("classifies every sort of container, and never by the engine's own filters", async () => {
    await ground.container("old");
    await ground.container("keep-a", { labels: { keepA: "" } });
    await ground.container("keep-both", { labels: { keepA: "", keepB: "" } });
    const guarded = await ground.container("guarded", { labels: { "longshore.protect": "true" } });
    const { FinishedAt } = (await ground.docker.getContainer(guarded).inspect()).State;
    // The others are told from these by their age.
    await sleep(6_000);
    await ground.container("running", { state: "running" });
    await ground.container("paused", { state: "paused" });
    await ground.container("created", { state: "created" });
    await ground.container("just-exited");
    const { SystemTime } = (await ground.docker.info()) as { SystemTime: string };
    const grace = `${Math.floor((Date.parse(SystemTime) - Date.parse(FinishedAt)) / 1_000)}s`;
    const task = await ground.prune(TYPE, { grace, protect: { labels: ["keepA", "keepB"] } });
    expect(classesOf(task, ground.mark)).toEqual({
      old: "act",
      "keep-a": "label",
      "keep-both": "label",
      guarded: "protected",
      running: "in-use",
      paused: "in-use",
      created: "grace",
      "just-exited": "grace",
    });
    expect(planOf(task)).toMatchObject({ engine: { host: "local" } });
    expect(task.state).toBe("completed");
    expect(outcomesOf(task, ground.mark)).toMatchObject({ old: "done", "keep-a": "skipped:label" });
    expect(
      await ground.docker.listContainers({ all: true, filters: { label: ground.only.labels } }),
    ).toHaveLength(7);
    expect(ground.engine.changes()).toEqual([
      expect.stringMatching(/^DELETE \/containers\/[0-9a-f]{64}\?v=false$/),
    ]);
  }, 60_000);

  it("only reports when that is asked for", async () => {
    const id = await ground.container("reported");
    ground.engine.asked.length = 0;
    const task = await ground.prune(TYPE, { dryRun: true, only: { ids: [id] } });
    expect(planOf(task).dryRun).toBe(true);
    expect(outcomesOf(task, ground.mark)).toEqual({ reported: "skipped:dry-run" });
    expect(ground.engine.changes()).toEqual([]);
    expect(await exists(id)).toBe(true);
  }, 60_000);

  it("leaves a container alone that was started and ended again after the plan", async () => {
    const [changed, same] = [await ground.container("changed"), await ground.container("same")];
    const runs = ground.runs(TYPE);
    const id = await runs.plan({ only: { ids: [changed, same] }, grace: "0s" });
    await ground.docker.getContainer(changed).start();
    await ground.docker.getContainer(changed).wait();
    await ground.peer.assign(id);
    const task = await runs.settled(id);
    expect(outcomesOf(task, ground.mark)).toEqual({ changed: "skipped:changed-since-plan", same: "done" });
    const message = task.items.find(({ code }) => code === "changed-since-plan")?.message;
    expect(message).toBe("It has changed since the plan: end.");
    expect(await exists(changed)).toBe(true);
  }, 60_000);

  it("takes anonymous volumes along only when asked to, and never one that is guarded", async () => {
    const volumeOf = async (id: string): Promise<string> =>
      (await ground.docker.getContainer(id).inspect()).Mounts[0]?.Name ?? "";
    const volumes = { "/data": {} };
    const [kept, taken] = [
      await ground.container("kept", { volumes }),
      await ground.container("taken", { volumes }),
    ];
    const [first, second] = [await volumeOf(kept), await volumeOf(taken)];
    const there = (name: string) =>
      ground.docker
        .getVolume(name)
        .inspect()
        .then(
          () => true,
          () => false,
        );
    await ground.prune(TYPE, { only: { ids: [kept] } });
    expect(await there(first)).toBe(true);
    const task = await ground.prune(TYPE, { only: { ids: [taken] }, withVolumes: true });
    expect(planOf(task).items[0]?.note).toBe("Its anonymous volume goes with it.");
    expect(task.items[0]).toMatchObject({ outcome: "done", answer: "204 with volumes" });
    expect(await there(second)).toBe(false);
    const third = await ground.container("third", { volumes });
    const name = await volumeOf(third);
    const spared = await ground.prune(TYPE, {
      only: { ids: [third] },
      withVolumes: true,
      protect: { names: [name] },
    });
    expect(spared.items[0]).toMatchObject({ outcome: "done", answer: "204" });
    expect(await there(name)).toBe(true);
    await ground.docker.getVolume(first).remove();
    await ground.docker.getVolume(name).remove();
  }, 60_000);
});
