import Docker from "dockerode";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HostInfo, InventoryAnswer } from "#schema/host-api.ts";
import { markAt } from "#schema/items.ts";
import { querySubject } from "#schema/subjects.ts";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";
import { settledItems } from "../bulk/bulk-run.ts";

/** How long the engine's socket is taken away. */
const AWAY_MS = 20_000;

describe.skipIf(lacks.docker)("bulk work that is interrupted", () => {
  const docker = new Docker();
  let ground: BulkGround;
  const count = 24;
  beforeEach(async () => {
    ground = await bulkGround(count);
    // No run is through before it is interrupted.
    ground.proxy.slowDown(100);
  }, 120_000);
  afterEach(() => ground.end(), 60_000);

  const eachOnce = (): number[] => ground.containers.names.map(() => 1);

  it("waits while the engine is away for 20 s, and goes on without a failed item or attempt", async () => {
    const id = await ground.begin("stop");
    await ground.runs.doneAtLeast(id, 6);
    await ground.proxy.cut();
    await ground.peer.until("waiting", () => ground.peer.task(id).state === "running.waiting-for-host");
    const [info] = await ground.peer.ask<HostInfo[]>(querySubject("local", "hosts"));
    expect(info).toMatchObject({ name: "local", reachable: false });
    expect(info?.message).toMatch(/does not answer/);
    const answer = await ground.peer.ask<InventoryAnswer>(querySubject("local", "inventory"), {
      host: "local",
      list: "containers",
    });
    expect(answer).toMatchObject({ code: "away", error: expect.stringMatching(/does not answer/) as string });
    await new Promise((resolve) => setTimeout(resolve, AWAY_MS));
    expect(ground.peer.task(id).state).toBe("running.waiting-for-host");
    await ground.proxy.restore();
    const task = await ground.runs.settled(id);
    expect(task.state).toBe("completed");
    expect(task.context.counts).toMatchObject({ done: count, failed: 0 });
    expect(task.context.attempt).toBe(2);
    expect(await ground.deaths()).toEqual(eachOnce());
  }, 120_000);

  it("can be cancelled while the engine is away, also while it plans", async () => {
    await ground.proxy.cut();
    const id = await ground.peer.submit("docker.containers", {
      action: "stop",
      ids: [...ground.containers.names],
    });
    await ground.peer.assign(id);
    await ground.peer.until("waiting", () => ground.peer.task(id).state === "running.waiting-for-host");
    await ground.peer.fact(id, { type: "cancel-requested" });
    await ground.peer.until("cancelled", () => ground.peer.task(id).state === "cancelled", 3_000);
  }, 60_000);

  it("ends after a cancel with every item either done or untouched, as the engine shows", async () => {
    const id = await ground.begin("stop");
    await ground.runs.doneAtLeast(id, 8);
    await ground.peer.fact(id, { type: "cancel-requested" });
    const task = await ground.runs.settled(id);
    expect(task.state).toBe("cancelled");
    const states = await ground.containers.states();
    const marks = ground.containers.names.map((_, index) => markAt(task.context.marks, index));
    expect(marks.map((mark) => (mark === 2 ? "exited" : "running"))).toEqual(
      ground.containers.names.map((name) => states.get(name)),
    );
    expect(marks).toContain(0);
    expect(marks).not.toContain(1);
    expect(settledItems(task.context.counts)).toBeLessThan(count);
  }, 60_000);

  it("says after a cancelled pause which containers are still paused, and which it did not get to", async () => {
    const id = await ground.begin("pause", { concurrency: 1 });
    await ground.runs.doneAtLeast(id, 3);
    await ground.peer.fact(id, { type: "cancel-requested" });
    const task = await ground.runs.settled(id);
    const states = await ground.containers.states();
    const named = (state: string): string[] =>
      ground.containers.names.filter((name) => states.get(name) === state);
    expect(named("paused")).toHaveLength(task.context.counts.done);
    const log = (await ground.peer.logs(id)).map(({ text }) => text).join("");
    expect(log).toContain(`Still paused (${named("paused").length}): ${named("paused").join(", ")}`);
    expect(log).toContain(`Not done (${named("running").length}): ${named("running").join(", ")}`);
  }, 60_000);

  it("lets go at a pause, and goes on where it was", async () => {
    const id = await ground.begin("stop");
    await ground.runs.doneAtLeast(id, 4);
    await ground.peer.fact(id, { type: "pause-requested" });
    const paused = await ground.runs.settled(id);
    expect(paused.state).toBe("paused");
    expect(paused.reports.at(-1)?.body).toEqual({ type: "paused", inPlace: false });
    expect(paused.context.runner).toBeNull();
    const [last] = ground.containers.names.slice(-1);
    await docker.getContainer(last ?? "").stop();
    await ground.peer.fact(id, { type: "resumed" });
    await ground.peer.assign(id);
    const task = await ground.runs.settled(id);
    expect(task.state).toBe("completed");
    expect(task.context.counts).toMatchObject({ done: count - 1, unchanged: 1, failed: 0 });
    expect(await ground.deaths()).toEqual(eachOnce());
  }, 60_000);
});
