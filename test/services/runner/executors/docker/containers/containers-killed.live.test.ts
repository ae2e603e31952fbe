import { afterEach, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";

describe.skipIf(lacks.docker)("bulk work whose runner is killed", () => {
  let ground: BulkGround;
  afterEach(() => ground.end(), 60_000);

  const eachOnce = (): number[] => ground.containers.names.map(() => 1);

  it.each([
    { action: "stop", count: 100, killedAt: [15, 50, 80] },
    { action: "restart", count: 24, killedAt: [6, 14] },
    { action: "kill", count: 24, killedAt: [6, 14] },
  ])(
    "goes on with $action of $count after kills of the runner, and each container ended exactly once",
    async ({ action, count, killedAt }) => {
      ground = await bulkGround(count);
      const id = await ground.begin(action);
      for (const done of killedAt) {
        await ground.runs.doneAtLeast(id, done);
        await ground.succeed(id);
      }
      const task = await ground.runs.settled(id, 90_000);
      expect(task.state).toBe("completed");
      expect(task.context.counts).toEqual({
        planned: count,
        done: count,
        unchanged: 0,
        skipped: 0,
        failed: 0,
      });
      expect(task.context.failures).toBe(0);
      expect(await ground.deaths()).toEqual(eachOnce());
      const state = action === "restart" ? "running" : "exited";
      expect([...(await ground.containers.states()).values()]).toEqual(
        ground.containers.names.map(() => state),
      );
    },
    240_000,
  );
});
