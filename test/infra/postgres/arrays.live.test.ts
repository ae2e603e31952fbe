import { afterAll, beforeAll, expect, it } from "vitest";
import { connectSql, type Sql } from "#infra/postgres/connect.ts";
import { freshDatabase, type TestDatabase } from "../../support/stack.ts";

let database: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  database = await freshDatabase();
  sql = connectSql(database.url, 1);
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

it("arrays of text arrive as they were sent, whatever is in them", async () => {
  const texts = ["", "null", null, 'a "b" {c}, d', "back\\slash\\", "line\nbreak", "größe ✓", " ", "it's"];
  const rows = await sql`select text from unnest(${texts}::text[]) with ordinality as t (text, n) order by n`;
  expect(rows.map((row) => row["text"] as unknown)).toEqual(texts);
  expect(await sql`select 1 from unnest(${[]}::text[])`).toHaveLength(0);
});

it("arrays of numbers and moments too, and any() takes them", async () => {
  const [row] = await sql`select
    (select array_to_json(${[1, null, -3]}::int[])) as ints,
    (select array_to_json(${[2 ** 53 - 1]}::bigint[])) as bigs,
    (select max(t) from unnest(${["2026-11-21T08:00:00.123Z", null]}::text[]::timestamptz[]) as t) as at,
    'b' = any(${["a", "b"]}) as found`;
  expect(row).toEqual({
    ints: [1, null, -3],
    bigs: [2 ** 53 - 1],
    at: new Date("2026-11-21T08:00:00.123Z"),
    found: true,
  });
});
