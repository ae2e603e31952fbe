import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";

/** Starting a thousand takes longer than stopping them; by hand: `npm run bench:containers -- --count 1000 --rounds 1`. */
const COUNT = 300;
/** The pace of a thousand in two minutes. */
const LIMIT_MS = 120 * COUNT;

describe.skipIf(lacks.docker)("hundreds of containers", () => {
  let ground: BulkGround;
  beforeAll(async () => {
    ground = await bulkGround(COUNT);
  }, 300_000);
  afterAll(() => ground.end(), 120_000);

  it("are stopped in one run at the pace of a thousand in two minutes", async () => {
    const began = performance.now();
    const id = await ground.begin("stop", { concurrency: 8 });
    const task = await ground.runs.settled(id, 2 * LIMIT_MS);
    expect(performance.now() - began).toBeLessThan(LIMIT_MS);
    expect(task.context.counts).toMatchObject({ done: COUNT, failed: 0 });
    expect(new Set((await ground.containers.states()).values())).toEqual(new Set(["exited"]));
  }, 120_000);
});
