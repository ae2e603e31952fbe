import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import type { AJournal } from "../../support/a-journal.ts";
import { idOf, MIXED, mixedRun } from "./a-mixed-run.ts";
import { aRun, hashOf } from "./a-run.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import type { TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;
let projected: ToldEdge["projected"];

beforeAll(async () => {
  ({ edge, journal, projected } = await aToldEdge());
});
afterAll(() => edge.stop());

describe("the items of a run", () => {
  it("are found by outcome, kind, part of the name and beginning of the id", async () => {
    const id = await mixedRun(journal);
    await projected();
    const indices = async (query: Parameters<typeof edge.client.items>[1]): Promise<number[]> =>
      (await edge.client.items(id, query)).items.map(({ index }) => index);
    expect(await indices({})).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await indices({ outcome: "done" })).toEqual([0, 3]);
    expect(await indices({ outcome: "failed,open" })).toEqual([1, 5]);
    expect(await indices({ kind: "volume", outcome: "done,unchanged" })).toEqual([3, 4]);
    expect(await indices({ text: "SHOP" })).toEqual([1]);
    expect(await indices({ text: "0%" })).toEqual([4]);
    expect(await indices({ text: idOf("a", 3) })).toEqual([2]);
    expect(await indices({ text: "sha256:" })).toEqual([0, 1, 2]);
    const first = await edge.client.items(id, { kind: "volume", limit: 2 });
    expect(first.next).toBe("4");
    expect(await indices({ kind: "volume", after: 4 })).toEqual([5]);
    expect((await edge.admin(`/api/tasks/${id}/items?outcome=gone`)).status).toBe(400);
  });

  it("are summed by kind and outcome with the bytes they gave back", async () => {
    const id = await mixedRun(journal);
    await projected();
    const { count, freed, totals } = await edge.client.itemsSummary(id);
    expect([count, freed]).toEqual([6, 100]);
    expect(totals).toEqual([
      { kind: "image", outcome: "done", count: 1, bytes: 100, freed: 90 },
      { kind: "image", outcome: "failed", count: 1, bytes: 200, freed: 0 },
      { kind: "image", outcome: "skipped", count: 1, bytes: 300, freed: 0 },
      { kind: "volume", outcome: null, count: 1, bytes: 0, freed: 0 },
      { kind: "volume", outcome: "done", count: 1, bytes: 10, freed: 10 },
      { kind: "volume", outcome: "unchanged", count: 1, bytes: 20, freed: 0 },
    ]);
  });

  it("are a CSV file that no spreadsheet calculates and that keeps every letter", async () => {
    const id = await mixedRun(journal);
    await projected();
    const response = await edge.admin(edge.client.itemsFile(id, "csv"));
    expect(response.headers.get("content-type")).toContain("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="Prune-weekly-all-${id}.csv"`,
    );
    const text = await response.text();
    const lines = text.split("\r\n");
    expect(lines[0]).toBe(
      "index,kind,id,name,outcome,code,message,bytes,freed,ms,at,attempt,answer,skip,protected,rule,why,ask,note,createdAt,lastUsedAt,usedBy",
    );
    expect(lines).toHaveLength(8);
    expect(lines[1]).toContain(`0,image,sha256:${idOf("a", 1)},'=cmd|calc,done,,,100,90,5,`);
    expect(lines[2]).toContain('"shop ""web"", old\nline",failed,conflict,It is used.,200,');
    expect(lines[2]).toMatch(/,x; y$/);
    expect(lines[3]).toContain(",größe,skipped,in-use,");
    const filtered = await edge.admin(edge.client.itemsFile(id, "csv", { outcome: "failed" }));
    expect((await filtered.text()).trim().split("\r\n")).toHaveLength(2);
  });

  it("are a JSON file of exactly the rows of the list, also when there are 10,000 and also when there are none", async () => {
    const plan = {
      items: Array.from({ length: 10_000 }, (_, index) => ({ id: idOf("c", index), name: `box ${index}` })),
    };
    const stored = await openObjects(await edge.connect("scheduler")).keep(plan);
    const id = await aRun(journal, { definition: { type: "docker.images.prune" }, plan, stored });
    const none = await journal.submit({ name: "nothing yet" });
    await projected();
    const response = await edge.admin(edge.client.itemsFile(id, "json"));
    const rows = (await response.json()) as { index: number }[];
    expect(rows.map(({ index }) => index)).toEqual(Array.from({ length: 10_000 }, (_, index) => index));
    expect(rows.slice(0, 3)).toEqual((await edge.client.items(id, { limit: 3 })).items);
    expect(await (await edge.admin(edge.client.itemsFile(none, "json"))).json()).toEqual([]);
    expect((await edge.admin("/api/tasks/never/items.csv")).status).toBe(404);
    expect((await edge.admin("/api/tasks/never/items/summary")).status).toBe(404);
  });
});

describe("the plan", () => {
  it("comes with its hash and its engine, as a file when asked, and is not sent again to who has it", async () => {
    const id = await mixedRun(journal, "Plan me");
    await projected();
    expect(await edge.client.plan(id)).toEqual({ number: 1, hash: hashOf(MIXED), ...MIXED });
    const response = await edge.admin(edge.client.planFile(id));
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="Plan-me-${id}-plan-1.json"`,
    );
    const etag = response.headers.get("etag") ?? "";
    expect(etag).toContain(hashOf(MIXED));
    expect(((await response.json()) as { hash: string }).hash).toBe(hashOf(MIXED));
    const again = await edge.admin(`/api/tasks/${id}/plan`, { headers: { "if-none-match": etag } });
    expect([again.status, await again.text()]).toEqual([304, ""]);
    const other = await edge.admin(`/api/tasks/${id}/plan`, { headers: { "if-none-match": '"1-other"' } });
    expect(other.status).toBe(200);
  });
});
