import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSql, type Sql } from "#infra/postgres/connect.ts";
import { BATCH_LIMIT } from "#schema/batch.ts";
import { isTaskFact } from "#schema/envelope.ts";
import type { TaskFilter } from "#schema/record-api.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { tagOf, topState } from "#schema/task.evolve.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";
import { type AJournal, anAssignment, openTestJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { aStandIn, anEdge, problemOf, type StandIn, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let standIn: StandIn;
let journal: AJournal;
let sql: Sql;

beforeAll(async () => {
  edge = await anEdge();
  const connection = await edge.connect("scheduler");
  journal = openTestJournal(connection);
  standIn = await aStandIn(edge);
  standIn.answer = () => ({ ok: true, id: "b", seq: 0 });
  await edge.project();
  sql = connectSql(edge.database.url, 1);
});
afterAll(async () => {
  await sql.end({ timeout: 2 });
  await edge.stop();
});

const end = (): number => journal.facts.length;
const action = { type: "cancel" } as const;

/** The ids a batch over a query reached the scheduler with; none when the edge says that none match. */
const reached = async (query: TaskFilter, asOf?: number): Promise<readonly string[]> => {
  standIn.wishes.length = 0;
  const response = await edge.post("/api/batches", {
    action,
    query,
    ...(asOf === undefined ? {} : { asOf }),
  });
  if (response.status === 409) return [];
  expect(response.status).toBe(201);
  expect(await response.json()).toMatchObject({ asOf: asOf ?? end() });
  const [wish] = standIn.wishes as unknown as { command: { tasks: { value: string[] } } }[];
  return wish?.command.tasks.value ?? [];
};

/** The tasks as they were when the journal ended at a sequence, by a fold of our own. */
const tasksAt = (asOf: number): FoldedTask[] => {
  const tasks = new Map<string, FoldedTask>();
  for (const { seq, fact } of journal.facts) {
    if (seq <= asOf && isTaskFact(fact))
      tasks.set(fact.taskId, fold(tasks.get(fact.taskId) ?? null, seq, fact));
  }
  return [...tasks.values()].sort((a, b) => a.born - b.born);
};

const meets = ({ state, context }: FoldedTask, filter: TaskFilter): boolean => {
  const states = filter.state?.split(",");
  return (
    context.definition?.queue === filter.queue &&
    (states === undefined || states.includes(topState(state)) || states.includes(tagOf(state))) &&
    (filter.priority === undefined || context.priority === filter.priority)
  );
};

type Step =
  | { readonly kind: "submit"; readonly priority: (typeof PRIORITIES)[number] }
  | { readonly kind: "happen"; readonly pick: number; readonly event: TaskEvent };

const EVENTS: readonly TaskEvent[] = [
  { type: "held" },
  { type: "resumed" },
  { type: "withdrawn" },
  { type: "revived", items: "all" },
  anAssignment(1),
  { type: "started", report: 1 },
  { type: "completed", report: 2, result: null },
  ...PRIORITIES.map((priority): TaskEvent => ({ type: "reprioritised", priority })),
];
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant("submit" as const), priority: fc.constantFrom(...PRIORITIES) }),
  fc.record({ kind: fc.constant("happen" as const), pick: fc.nat(), event: fc.constantFrom(...EVENTS) }),
);
const filter = fc.record(
  {
    state: fc.constantFrom("queued", "paused,running", "active", "settled", "waiting,completed"),
    priority: fc.constantFrom(...PRIORITIES),
  },
  { requiredKeys: [] },
);

let runs = 0;

describe("a batch over a query", () => {
  it("is about the tasks that met it at that sequence, whatever happened since", async () => {
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 20, maxLength: 60 }),
        fc.array(fc.tuple(filter, fc.nat()), { minLength: 6, maxLength: 6 }),
        async (steps, questions) => {
          const queue = `run-${(runs += 1)}`;
          const before = end();
          const ids: string[] = [];
          for (const each of steps) {
            if (each.kind === "submit" || ids.length === 0) {
              const priority = each.kind === "submit" ? each.priority : "normal";
              ids.push(await journal.submit({ queue, priority }));
              continue;
            }
            // What the chart does not allow now does not happen.
            await journal.happen(ids[each.pick % ids.length] ?? "", each.event).catch(() => undefined);
          }
          for (const [asked, at] of questions) {
            const query = { ...asked, queue };
            const asOf = before + (at % (end() - before + 1));
            const expected = tasksAt(asOf).filter((task) => meets(task, query));
            matched += expected.length;
            expect(await reached(query, asOf)).toEqual(expected.map(({ id }) => id));
          }
        },
      ),
      { numRuns: 12 },
    );
    expect(matched).toBeGreaterThan(20);
  });

  it("waits for the read model, and is about now when nothing is said", async () => {
    const id = await journal.submit({ queue: "now" });
    expect(await reached({ queue: "now" }, end())).toEqual([id]);
    const next = await journal.submit({ queue: "now", labels: { team: "red" } });
    await until("the read model", async () => (await edge.client.tasks({ limit: 1 })).asOf === end());
    expect(await reached({ queue: "now" })).toEqual([id, next]);
    expect(await reached({ queue: "now", label: "team=red" })).toEqual([next]);
  });

  it("says so when none match, and when they are too many for one batch", async () => {
    const none = await edge.post("/api/batches", { action, query: { queue: "empty" }, asOf: end() });
    expect([none.status, (await problemOf(none)).detail]).toEqual([
      409,
      `No task matched when the journal ended at ${end()}.`,
    ]);
    await sql`
      insert into tasks (id, born, seq, n, state, top, tag, type, name, queue, priority, labels, submitted_at, updated_at, context)
      select 'many-' || i, 1, 1, 1, 'queued', 'queued', 'waiting', 'command', 'Many', 'many', 'normal', '{}', now(), now(), '{}'
      from generate_series(1, ${BATCH_LIMIT + 1}) as i`;
    const many = await edge.post("/api/batches", { action, query: { queue: "many" } });
    expect([many.status, (await problemOf(many)).detail]).toEqual([
      400,
      `More than ${BATCH_LIMIT} tasks match: a batch holds no more. Narrow it down.`,
    ]);
    await sql`delete from tasks where id = 'many-1'`;
    standIn.wishes.length = 0;
    expect(await edge.client.batches.start({ action, query: { queue: "many" } })).toMatchObject({
      total: BATCH_LIMIT,
    });
    const [wish] = standIn.wishes as unknown as { command: { tasks: object } }[];
    expect(wish?.command.tasks).toHaveProperty("ref");
  });
});
