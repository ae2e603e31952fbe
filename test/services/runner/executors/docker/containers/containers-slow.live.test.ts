import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { markAt } from "#schema/items.ts";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";

/** Longer than a paused run waits for what is under way. */
const STOP_S = 30;

describe.skipIf(lacks.docker)("bulk work on containers that are slow to end", () => {
  let ground: BulkGround;
  beforeEach(async () => {
    ground = await bulkGround(2, {
      like: () => ({
        Cmd: ["/bin/sh", "-c", 'trap "" TERM; while :; do sleep 1; done'],
        StopTimeout: STOP_S,
      }),
    });
  }, 120_000);
  afterEach(() => ground.end(), 60_000);

  it("is paused with nothing failed, and finds out what became of them when it goes on", async () => {
    const { peer, runs } = ground;
    const id = await ground.begin("stop");
    await peer.until(
      "both are begun",
      () => [0, 1].every((index) => markAt(peer.task(id).context.marks, index) === 1),
      30_000,
    );
    await peer.fact(id, { type: "pause-requested" });
    const paused = await runs.settled(id);
    expect(paused.state).toBe("paused");
    expect(paused.context.counts).toMatchObject({ done: 0, failed: 0 });
    await peer.fact(id, { type: "resumed" });
    await peer.assign(id);
    const task = await runs.settled(id, 90_000);
    expect(task.state).toBe("completed");
    expect(task.context.counts).toMatchObject({ done: 2, failed: 0 });
    expect(await ground.deaths()).toEqual([1, 1]);
  }, 180_000);
});
