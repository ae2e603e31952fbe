import { afterAll, beforeAll, expect, it } from "vitest";
import { connectSql } from "#infra/postgres/connect.ts";
import type { Plan } from "#schema/items.ts";
import type { AJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { aRun } from "./a-run.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import type { TestEdge } from "./an-edge.ts";

/** Far more than the buffers between here and there hold: some 30 MB. */
const ROWS = 60_000;

let edge: TestEdge;
let journal: AJournal;
let projected: ToldEdge["projected"];

beforeAll(async () => {
  ({ edge, journal, projected } = await aToldEdge({ cuttable: true }));
  const id = await journal.submit({ name: "many" });
  await until("the task is known", async () => (await edge.client.tasks({ limit: 1 })).items[0]?.id === id);
  const sql = connectSql(edge.database.url, 1);
  await sql`
    insert into ledger (seq, place, task_id, at, attempt, item_id, name, outcome, message)
    select 1, g, ${id}, now(), 1, 'item-' || g, 'item ' || g, 'done', repeat('x', 200) from generate_series(1, ${ROWS}) g`;
  await sql.end();
});
afterAll(() => edge.stop());

it("a file of items whose plan is replaced on the way breaks off, and is never half of the one and half of the other", async () => {
  const plan: Plan = { items: [{ id: "a", name: "a" }] };
  const id = await aRun(journal, { definition: {}, plan });
  await projected();
  const sql = connectSql(edge.database.url, 1);
  await sql`
    insert into items (task_id, index, id, name, message)
    select ${id}, g, 'item-' || g, 'item ' || g, repeat('x', 1000) from generate_series(1, 30000) g`;
  await sql.end();
  const response = await edge.admin(`/api/tasks/${id}/items.csv`);
  const reader = response.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  const head = { number: 3, count: 1, plan: { value: plan } };
  await journal.happen(id, { type: "planned", report: 9, plan: head });
  await projected();
  const rest = async (): Promise<void> => {
    while ((await reader?.read())?.done === false);
  };
  await expect(rest()).rejects.toThrow("terminated");
}, 60_000);

it("a file whose source is cut off ends as a broken connection, never as a shorter file", async () => {
  const whole = await edge.admin(edge.client.ledger.file("json"));
  expect((await whole.json()) as unknown[]).toHaveLength(ROWS);

  const response = await edge.admin(edge.client.ledger.file("json"));
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  expect((await reader?.read())?.done).toBe(false);
  await edge.cutPostgres();
  const rest = async (): Promise<void> => {
    while ((await reader?.read())?.done === false);
  };
  await expect(rest()).rejects.toThrow("terminated");
}, 120_000);
