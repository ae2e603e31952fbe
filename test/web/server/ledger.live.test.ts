import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import { connectSql, type Sql } from "#infra/postgres/connect.ts";
import type { LedgerQuery, LedgerRow } from "#schema/ledger-api.ts";
import type { Plan } from "#schema/items.ts";
import type { AJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { idOf, mixedRun } from "./a-mixed-run.ts";
import { aRun, complete, ENGINE } from "./a-run.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import { problemOf, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;
let projected: ToldEdge["projected"];
let sql: Sql;

beforeAll(async () => {
  ({ edge, journal, projected } = await aToldEdge());
  sql = connectSql(edge.database.url, 1);
});
afterAll(async () => {
  await sql.end();
  await edge.stop();
});

describe("the ledger", () => {
  const all = async (query: LedgerQuery): Promise<LedgerRow[]> => {
    const rows: LedgerRow[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await edge.client.ledger.list({ ...query, ...(cursor === undefined ? {} : { cursor }) });
      rows.push(...page.items);
      if (page.next === undefined) return rows;
      cursor = page.next;
    }
  };

  it("says what was done to what, by which task, for whom and on which engine, newest first", async () => {
    const id = await aRun(journal, {
      definition: {
        type: "docker.containers",
        name: "Stop two",
        payload: { value: { action: "stop", ids: ["a"] } },
      },
      plan: {
        engine: ENGINE,
        items: [
          { id: idOf("e", 1), name: "one", kind: "container" },
          { id: idOf("e", 2), name: "two", kind: "container" },
        ],
      },
      results: [
        { index: 0, outcome: "done", answer: "204", ms: 9 },
        { index: 1, outcome: "failed", code: "error", message: "It would not stop." },
      ],
    });
    await projected();
    const rows = await all({ task: id });
    expect(rows.map(({ name, outcome }) => [name, outcome])).toEqual([
      ["two", "failed"],
      ["one", "done"],
    ]);
    expect(rows[1]).toMatchObject({
      id: idOf("e", 1),
      kind: "container",
      answer: "204",
      ms: 9,
      freed: null,
      attempt: 2,
      host: "edge-1",
      engine: "ENGINE",
      task: {
        id,
        name: "Stop two",
        type: "docker.containers",
        action: "stop",
        submittedBy: { kind: "user", id: "ada" },
      },
    });
  });

  it("says what was asked also where a payload is too large for a fact, and that it is unknown where that is lost", async () => {
    const objects = openObjects(await edge.connect("scheduler"));
    const asked = { action: "kill", ids: Array.from({ length: 1_000 }, (_, index) => idOf("k", index)) };
    const payload = await objects.keep(asked);
    expect(payload).toHaveProperty("ref");
    const lost = { ref: "f".repeat(64), sha256: "f".repeat(64), size: 40_000 };
    const plan: Plan = { engine: ENGINE, items: [{ id: idOf("k", 0), name: "large" }] };
    const results = [{ index: 0, outcome: "done" as const }];
    const type = "docker.containers";
    const large = await aRun(journal, { definition: { type, payload }, plan, results });
    const gone = await aRun(journal, { definition: { type, payload: lost }, plan, results });
    await complete(journal, gone);
    await projected();
    expect((await all({ task: large })).map(({ task }) => task.action)).toEqual(["kill"]);
    expect((await all({ task: gone })).map(({ task }) => task.action)).toEqual([null]);
    await until("the end is heard of", async () => (await edge.client.task(gone)).state === "completed");
    expect((await edge.client.task(gone)).undo.why).toBe("What it was asked to do is no longer known.");
  });

  it("is found by id or its beginning, text, kind, outcome, host and time, page by page without a repeat", async () => {
    const id = await aRun(journal, {
      definition: { type: "docker.images.prune" },
      plan: {
        engine: { ...ENGINE, host: "edge-9" },
        items: Array.from({ length: 7 }, (_, index) => ({
          id: `sha256:${`feed${index}`.padEnd(64, "0")}`,
          name: `needle_${index}`,
          kind: "image" as const,
        })),
      },
      results: Array.from({ length: 7 }, (_, index) => ({
        index,
        outcome: index < 5 ? ("done" as const) : ("skipped" as const),
      })),
    });
    await projected();
    const names = async (query: LedgerQuery): Promise<string[]> => (await all(query)).map(({ name }) => name);
    const backwards = [6, 5, 4, 3, 2, 1, 0].map((index) => `needle_${index}`);
    expect(await names({ host: "edge-9", limit: 2 })).toEqual(backwards);
    expect(await names({ text: "NEEDLE_" })).toEqual(backwards);
    expect(await names({ text: "needle%" })).toEqual([]);
    expect(await names({ id: "feed3" })).toEqual(["needle_3"]);
    expect(await names({ id: "sha256:feed" })).toEqual(backwards);
    expect(await names({ id: "sha256:feed_" })).toEqual([]);
    expect(await names({ text: "needle", outcome: "skipped" })).toEqual(["needle_6", "needle_5"]);
    expect(await names({ text: "needle", outcome: "skipped,done", kind: "image" })).toEqual(backwards);
    expect(await names({ text: "needle", kind: "volume" })).toEqual([]);
    expect(await names({ task: id, from: "2099-01-01T00:00:00Z" })).toEqual([]);
    expect(await names({ task: id, to: "2099-01-01T00:00:00Z", limit: 3 })).toEqual(backwards);
    expect(await names({ task: "never" })).toEqual([]);
    for (const wrong of ["outcome=begun", "cursor=x", "from=yesterday", "id=a%20b", "limit=501"])
      expect([wrong, (await edge.admin(`/api/ledger?${wrong}`)).status]).toEqual([wrong, 400]);
  });

  it("keeps what a run did when the run is begun again from nothing", async () => {
    const id = await mixedRun(journal);
    await complete(journal, id);
    await journal.happen(id, { type: "revived", items: "all" });
    await projected();
    expect((await edge.client.items(id)).items).toEqual([]);
    expect((await all({ task: id, outcome: "done" })).map(({ name }) => name)).toEqual(["data", "=cmd|calc"]);
  });

  it("is a file with the same rows, and one that would be endless is refused", async () => {
    await projected();
    const rows = await all({ host: "edge-1", kind: "image" });
    const json = await edge.admin(edge.client.ledger.file("json", { host: "edge-1", kind: "image" }));
    expect(json.headers.get("content-disposition")).toBe('attachment; filename="ledger-edge-1.json"');
    expect(await json.json()).toEqual(rows);
    const csv = await (
      await edge.admin(edge.client.ledger.file("csv", { host: "edge-1", text: "cmd" }))
    ).text();
    expect(csv.split("\r\n")[0]).toBe(
      "at,outcome,kind,id,name,host,engine,code,message,bytes,freed,ms,answer,attempt,task,taskName,taskType,action,submittedBy,seq",
    );
    expect(csv).toContain(",'=cmd|calc,edge-1,ENGINE,");
    expect(csv).toContain(",user:ada,");
  });

  /** The last test: it fills the table beyond what one page looks at. */
  it("answers in a moment with 400,000 rows more, and a search that finds little says where to go on", async () => {
    const id = await journal.submit({ name: "many" });
    await projected();
    // Older than all that the other tests wrote: below the first sequence.
    await sql`
      insert into ledger (seq, place, task_id, at, attempt, item_id, name, kind, host, outcome)
      select 0, g, ${id}, timestamptz '2026-01-01' + g * interval '1 second', 1, 'old-' || g, 'shop-' || g, 'image', 'far',
        case when g % 1000 = 0 then 'failed' else 'skipped' end
      from generate_series(1, 400000) g`;
    await sql`analyze ledger`;
    const took = async <T>(work: () => Promise<T>): Promise<T> => {
      const began = performance.now();
      const answer = await work();
      expect(performance.now() - began).toBeLessThan(5_000);
      return answer;
    };
    const { ledger } = edge.client;
    expect((await took(() => ledger.list({ limit: 5 }))).items).toHaveLength(5);
    expect((await took(() => ledger.list({ id: "old-399999" }))).items).toHaveLength(1);
    expect((await took(() => ledger.list({ outcome: "failed", host: "far" }))).items).toHaveLength(100);
    const old = { from: "2026-01-01T00:00:00Z", to: "2026-01-01T01:00:00Z" };
    expect((await took(() => ledger.list(old))).items).toHaveLength(100);
    const first = await took(() => ledger.list({ text: "shop-7", host: "far", to: "2026-01-01T00:01:00Z" }));
    expect(first.items.map(({ name }) => name)).toEqual(["shop-7"]);
    const vain = await took(() => ledger.list({ text: "shop-1234567" }));
    expect([vain.items, vain.next]).toEqual([[], expect.stringMatching(/^0\.\d+$/)]);
    expect((await took(() => all({ text: "shop-399", host: "far" }))).length).toBe(1_111);
    const response = await edge.admin(edge.client.ledger.file("csv"));
    expect((await problemOf(response)).detail).toContain("More than 100000 rows match");
  }, 60_000);
});
