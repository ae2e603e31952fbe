import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lacks } from "../../support/needs.ts";
import { type BulkGround, bulkGround } from "./a-bulk-ground.ts";

describe.skipIf(lacks.docker)("bulk work whose runner is killed", () => {
  let ground: BulkGround;
  const count = 24;
  beforeEach(async () => {
    ground = await bulkGround(count);
  }, 120_000);
  afterEach(() => ground.end(), 60_000);

  const eachOnce = (): number[] => ground.containers.names.map(() => 1);

  it.each(["stop", "restart", "kill"])(
    "goes on with %s after two kills of the runner, and each container ended exactly once",
    async (action) => {
      const id = await ground.begin(action);
      await ground.runs.doneAtLeast(id, 6);
      await ground.succeed(id);
      await ground.runs.doneAtLeast(id, 14);
      await ground.succeed(id);
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
    120_000,
  );
});
