import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { anEdge, type TestEdge, TOKEN } from "./an-edge.ts";

let edge: TestEdge;

beforeAll(async () => {
  edge = await anEdge();
});
afterAll(() => edge.stop());

describe("a task the edge was started after", () => {
  it("is known at the first request: the edge has caught up before it listens", async () => {
    const journal = openTestJournal(await edge.connect("scheduler"));
    const ids: string[] = [];
    for (let count = 0; count < 3_000; count += 1) ids.push(await journal.submit());
    await journal.happen(ids[0] ?? "", { type: "withdrawn" });
    await edge.stopWeb();
    const url = await edge.startWeb();
    const task = async (id: string | undefined) => {
      const response = await fetch(`${url}/api/tasks/${id ?? ""}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
      });
      return { status: response.status, body: (await response.json()) as { state: string; n: number } };
    };
    // The first is long out of the folded ones; its facts are still in the ring.
    expect(await task(ids[0])).toMatchObject({ status: 200, body: { state: "cancelled", n: 2 } });
    expect(await task(ids.at(-1))).toMatchObject({ status: 200, body: { state: "queued", n: 1 } });
    await journal.happen(ids[0] ?? "", { type: "revived", items: "all" });
    await until("the news of an old task", async () => (await task(ids[0])).body.state === "queued");
  });
});
