import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Fact, isTaskFact, eventOf } from "#schema/envelope.ts";
import { ITEM_OUTCOMES } from "#schema/items.ts";
import type { ItemOutcome, ItemResult } from "#schema/items.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { IllegalFact } from "#schema/task.evolve.ts";
import { rebuild } from "../../../services/projector/rebuild.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { type Ground, openGround } from "./a-ground.ts";
import { digestOf } from "./read-model.ts";

const ITEMS = 4;

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
  await ground.projector();
});
afterAll(() => ground.close());

const result = fc.record({
  index: fc.nat({ max: ITEMS }),
  outcome: fc.constantFrom<ItemOutcome>(...ITEM_OUTCOMES),
});
const results = fc.array(result, { minLength: 1, maxLength: 6 });

const planned = (name: string): TaskEvent => ({
  type: "planned",
  report: 1,
  plan: {
    number: 1,
    count: ITEMS,
    plan: {
      value: {
        items: Array.from({ length: ITEMS }, (_, index) => ({
          id: `${name}-${index}`,
          name: `${name} ${index}`,
        })),
      },
    },
    engine: { host: `host-${name}`, id: name, name, version: "1", apiVersion: "1.41" },
  },
});

/** What may happen to a run; what the chart does not allow at that moment does not happen. */
const happening = fc.oneof(
  {
    weight: 8,
    arbitrary: results.map((items): TaskEvent => ({ type: "items-recorded", report: 1, items })),
  },
  { weight: 4, arbitrary: fc.constant(anAssignment(2)) },
  { weight: 3, arbitrary: fc.constantFrom("a", "b").map(planned) },
  {
    weight: 4,
    arbitrary: fc.constantFrom<TaskEvent>(
      { type: "approved", plan: 1 },
      { type: "revived", items: "failed" },
      { type: "revived", items: "all" },
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<TaskEvent>(
      { type: "started", report: 1 },
      { type: "plan-discarded" },
      { type: "completed", report: 1, result: null },
      { type: "cancel-requested" },
      { type: "cancelled", report: 1 },
      { type: "withdrawn" },
      { type: "attempt-lost", message: "gone" },
    ),
  },
);

/** What the chart does not allow is not written. */
const ifLegal = (work: Promise<unknown>): Promise<unknown> =>
  work.catch((error: unknown) => {
    if (!(error instanceof IllegalFact)) throw error;
  });

interface Standing {
  readonly id: string;
  outcome: ItemOutcome | null;
}

const SETTLED: readonly (ItemOutcome | null)[] = ["done", "unchanged", "skipped"];

/** Takes a result up, as the ledger's rule says it; whether it is a deed. */
const takeUp = (items: readonly Standing[], { index, outcome }: ItemResult): boolean => {
  const item = items[index];
  if (item === undefined || SETTLED.includes(item.outcome)) return false;
  item.outcome = outcome;
  return outcome !== "begun";
};

interface Run {
  items: Standing[];
  engine: string | null;
}

const reopenFailed = ({ items }: Run): void => {
  for (const item of items) if (item.outcome === "failed") item.outcome = null;
};

/** What a fact does to a run before anything is told of its items. */
const change = (run: Run, event: TaskEvent): void => {
  if (event.type === "planned" && "value" in event.plan.plan) {
    run.items = event.plan.plan.value.items.map(({ id }) => ({ id, outcome: null }));
    run.engine = event.plan.engine?.id ?? null;
  }
  if (event.type === "plan-discarded") run.items = [];
  if (event.type === "revived" && event.items === "all") run.items = [];
  if (event.type === "revived") reopenFailed(run);
};

/** The ledger and the items that facts make, told without the projector. */
const expected = (facts: readonly { seq: number; fact: Fact }[]) => {
  const runs = new Map<string, Run>();
  const ledger: string[] = [];
  for (const { seq, fact } of facts) {
    if (!isTaskFact(fact)) continue;
    const event = eventOf(fact);
    const run = runs.get(fact.taskId) ?? { items: [], engine: null };
    runs.set(fact.taskId, run);
    change(run, event);
    const results = event.type === "items-recorded" ? event.items : [];
    for (const [place, one] of results.entries()) {
      const id = run.items[one.index]?.id;
      if (takeUp(run.items, one)) ledger.push(`${seq}.${place} ${id} ${run.engine} ${one.outcome}`);
    }
  }
  const items = [...runs].flatMap(([id, run]) =>
    run.items.map((item, index) => `${id}/${index} ${item.id} ${item.outcome}`),
  );
  return { ledger, items: items.toSorted() };
};

const told = async () => {
  const ledger = await ground.sql<{ line: string }[]>`
    select seq || '.' || place || ' ' || item_id || ' ' || engine || ' ' || outcome as line from ledger order by seq, place`;
  const items = await ground.sql<{ line: string }[]>`
    select task_id || '/' || index || ' ' || id || ' ' || coalesce(outcome, 'null') as line from items`;
  return { ledger: ledger.map(({ line }) => line), items: items.map(({ line }) => line).toSorted() };
};

it("whatever happens to runs, their items and the ledger are what the facts say, live and rebuilt alike", async () => {
  const { journal } = ground;
  const lives = fc.sample(fc.tuple(fc.boolean(), fc.array(happening, { minLength: 20, maxLength: 60 })), {
    numRuns: 80,
    seed: 20261121,
  });
  for (const [approval, happenings] of lives) {
    const id = await journal.begin({ type: "docker.images.prune", approval });
    for (const event of happenings) await ifLegal(journal.happen(id, event));
  }
  await ground.projected(journal.facts.length);
  const wanted = expected(journal.facts);
  expect(wanted.ledger.length).toBeGreaterThan(100);
  expect(wanted.items.length).toBeGreaterThan(20);
  expect(await told()).toEqual(wanted);

  const live = await digestOf(ground.sql);
  await rebuild({
    natsUrl: ground.nats.url,
    seedFile: ground.nats.seedFile("projector"),
    databaseUrl: ground.database.url,
    log: pino({ level: "silent" }),
  });
  expect(await digestOf(ground.sql)).toEqual(live);
}, 120_000);
