import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import { openQueue } from "#schema/queue.ts";
import { rebuild } from "../../../services/projector/rebuild.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { aBatch, aSchedule } from "../../support/record-examples.ts";
import { type Ground, openGround } from "./a-ground.ts";
import { digestOf, foldAll, tasksIn } from "./read-model.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await openGround();
});
afterEach(() => ground.close());

const rebuildNow = () =>
  rebuild({
    natsUrl: ground.nats.url,
    seedFile: ground.nats.seedFile("projector"),
    databaseUrl: ground.database.url,
    log: pino({ level: "silent" }),
  });

/** A little of everything that leaves rows. */
const live = async (): Promise<void> => {
  const { journal, connection } = ground;
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
  const projector = await ground.projector();
  await live();
  await ground.projected(ground.journal.facts.length);
  await projector.stop();
  const before = await digestOf(ground.sql);
  await ground.sql`delete from tasks where born > 10`;
  await ground.sql`update items set outcome = 'skipped'`;
  await ground.sql`update queue_counts set count = 7`;
  await ground.sql`delete from records`;
  await ground.sql`delete from batch_results`;
  await ground.sql`delete from facts where seq between 3 and 5`;
  expect(await digestOf(ground.sql)).not.toEqual(before);

  expect(await rebuildNow()).toEqual({ facts: ground.journal.facts.length, tasks: 51 });
  expect(await digestOf(ground.sql)).toEqual(before);
});

it("works while the projector runs and facts arrive, which goes on from there", async () => {
  const projector = await ground.projector();
  await live();
  await ground.projected(ground.journal.facts.length);
  await ground.sql`update tasks set name = 'damaged'`;
  const more = async (): Promise<void> => {
    for (let index = 0; index < 100; index += 1) await ground.journal.begin();
  };
  await Promise.all([more(), rebuildNow(), rebuildNow()]);
  await ground.journal.begin();
  await ground.projected(ground.journal.facts.length);
  expect(await tasksIn(ground.sql)).toEqual(foldAll(ground.journal.facts));
  const live1 = await digestOf(ground.sql);
  await projector.stop();
  await rebuildNow();
  expect(await digestOf(ground.sql)).toEqual(live1);
});

it("an error on the way leaves the read model as it was", async () => {
  const projector = await ground.projector();
  await live();
  await ground.projected(ground.journal.facts.length);
  await projector.stop();
  const before = await digestOf(ground.sql);
  await ground.journal.raw(new TextEncoder().encode("not a fact"));
  await expect(rebuildNow()).rejects.toThrow("a journal message is not JSON");
  expect(await digestOf(ground.sql)).toEqual(before);
});

it("people read the old rows until the new ones are whole", async () => {
  const projector = await ground.projector();
  await live();
  await ground.projected(ground.journal.facts.length);
  await projector.stop();
  let done = false;
  const rebuilding = rebuildNow().finally(() => {
    done = true;
  });
  const seen = new Set<number>();
  while (!done) {
    const [row] = await ground.sql<{ count: number }[]>`select count(*)::int as count from tasks`;
    seen.add(row?.count ?? -1);
  }
  await rebuilding;
  expect([...seen]).toEqual([51]);
});
