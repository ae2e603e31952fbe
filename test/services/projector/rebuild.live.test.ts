import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import { openQueue } from "#schema/queue.ts";
import { rebuild } from "../../../services/projector/rebuild.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { aBatch, aSchedule } from "../../support/record-examples.ts";
import { type Bench, openBench } from "./bench.ts";
import { digestOf, foldAll, tasksIn } from "./read-model.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.close());

const rebuildNow = () =>
  rebuild({
    natsUrl: bench.nats.url,
    seedFile: bench.nats.seedFile("projector"),
    databaseUrl: bench.database.url,
    log: pino({ level: "silent" }),
  });

/** A little of everything that leaves rows. */
const live = async (): Promise<void> => {
  const { journal, connection } = bench;
  await journal.runner("joined", "local", { boot: "b", slots: 2, types: [{ type: "command" }], host: "h" });
  await journal.runner("lost", "far");
  const items = Array.from({ length: 2_000 }, (_, index) => ({
    id: `id-${index}`,
    name: `container ${index}`,
  }));
  const plan = await openObjects(connection).keep({ items });
  const id = await journal.begin();
  await journal.happen(id, { type: "planned", report: 2, plan: { number: 1, count: items.length, plan } });
  await journal.happen(id, anAssignment(2));
  await journal.happen(id, { type: "started", report: 1 });
  await journal.happen(id, {
    type: "items-recorded",
    report: 2,
    items: [
      { index: 0, outcome: "done", ms: 3 },
      { index: 1, outcome: "failed", code: "gone", message: "größe" },
    ],
  });
  await journal.happen(id, { type: "completed", report: 3, result: { value: [1, 2] } });
  await journal.happen(id, { type: "revived", items: "failed" });
  await Promise.all(Array.from({ length: 50 }, () => journal.begin({ parent: id })));
  for (const state of ["paused", "open"] as const)
    await journal.record({ kind: "queue", id: "q" }, { type: "queue-paused" }, { ...openQueue("q"), state });
  await journal.record({ kind: "schedule", id: "s" }, { type: "created" }, aSchedule("s"));
  await journal.record({ kind: "schedule", id: "s" }, { type: "deleted" }, null);
  await journal.record({ kind: "schedule", id: "s" }, { type: "created" }, aSchedule("s"));
  await journal.record({ kind: "limit", id: "global" }, { type: "eased" }, null);
  const results = [{ task: id, ok: true, state: "cancelled" }];
  await journal.record({ kind: "batch", id: "b" }, { type: "progressed", results }, aBatch("b"));
};

it("refills an emptied or damaged read model to exactly the rows it had", async () => {
  const projector = await bench.projector();
  await live();
  await bench.projected(bench.journal.facts.length);
  await projector.stop();
  const before = await digestOf(bench.sql);
  await bench.sql`delete from tasks where born > 10`;
  await bench.sql`update items set outcome = 'skipped'`;
  await bench.sql`update queue_counts set count = 7`;
  await bench.sql`delete from records`;
  await bench.sql`delete from batch_results`;
  await bench.sql`delete from facts where seq between 3 and 5`;
  expect(await digestOf(bench.sql)).not.toEqual(before);

  expect(await rebuildNow()).toEqual({ facts: bench.journal.facts.length, tasks: 51 });
  expect(await digestOf(bench.sql)).toEqual(before);
});

it("works while the projector runs and facts arrive, which goes on from there", async () => {
  const projector = await bench.projector();
  await live();
  await bench.projected(bench.journal.facts.length);
  await bench.sql`update tasks set name = 'damaged'`;
  const more = async (): Promise<void> => {
    for (let index = 0; index < 100; index += 1) await bench.journal.begin();
  };
  await Promise.all([more(), rebuildNow(), rebuildNow()]);
  await bench.journal.begin();
  await bench.projected(bench.journal.facts.length);
  expect(await tasksIn(bench.sql)).toEqual(foldAll(bench.journal.facts));
  const live1 = await digestOf(bench.sql);
  await projector.stop();
  await rebuildNow();
  expect(await digestOf(bench.sql)).toEqual(live1);
});

it("an error on the way leaves the read model as it was", async () => {
  const projector = await bench.projector();
  await live();
  await bench.projected(bench.journal.facts.length);
  await projector.stop();
  const before = await digestOf(bench.sql);
  await bench.journal.raw(new TextEncoder().encode("not a fact"));
  await expect(rebuildNow()).rejects.toThrow("a journal message is not JSON");
  expect(await digestOf(bench.sql)).toEqual(before);
});

it("people read the old rows until the new ones are whole", async () => {
  const projector = await bench.projector();
  await live();
  await bench.projected(bench.journal.facts.length);
  await projector.stop();
  let done = false;
  const rebuilding = rebuildNow().finally(() => {
    done = true;
  });
  const seen = new Set<number>();
  while (!done) {
    const [row] = await bench.sql<{ count: number }[]>`select count(*)::int as count from tasks`;
    seen.add(row?.count ?? -1);
  }
  await rebuilding;
  expect([...seen]).toEqual([51]);
});
