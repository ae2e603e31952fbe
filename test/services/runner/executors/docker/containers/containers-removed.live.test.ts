import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { markAt } from "#schema/items.ts";
import { lacks } from "../../../../../support/needs.ts";
import { type BulkGround, bulkGround } from "../bulk/a-bulk-ground.ts";

const COUNT = 100;

describe.skipIf(lacks.docker)("a removal of a hundred containers that is cancelled", () => {
  let ground: BulkGround;
  beforeAll(async () => {
    ground = await bulkGround(COUNT);
  }, 240_000);
  afterAll(() => ground.end(), 120_000);

  it("has removed some and kept the others, as its ledger says and the engine shows", async () => {
    const stopped = await ground.begin("kill", { concurrency: 8 });
    await ground.runs.settled(stopped, 120_000);
    // It is not through before the cancel is heard.
    ground.proxy.slowDown(100);
    const id = await ground.begin("remove");
    await ground.runs.doneAtLeast(id, 20);
    await ground.peer.fact(id, { type: "cancel-requested" });
    const task = await ground.runs.settled(id);
    expect(task.state).toBe("cancelled");
    const { names } = ground.containers;
    const kept = new Set((await ground.containers.states()).keys());
    const removed = names.filter((_, index) => markAt(task.context.marks, index) === 2);
    expect(removed).toEqual(names.filter((name) => !kept.has(name)));
    expect(removed.length).toBeGreaterThanOrEqual(20);
    expect(removed.length).toBeLessThan(COUNT);
    expect(task.context.counts).toEqual({
      planned: COUNT,
      done: removed.length,
      unchanged: 0,
      skipped: 0,
      failed: 0,
    });
    expect(task.items.map(({ answer }) => answer)).toEqual(removed.map(() => "204"));
    const log = (await ground.peer.logs(id)).map(({ text }) => text).join("");
    expect(log).toContain(`Not done (${kept.size}): `);
    for (const name of kept) expect(log).toContain(name);
  }, 240_000);
});
