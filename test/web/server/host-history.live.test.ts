import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openObjects } from "#infra/nats/objects.ts";
import type { DiskReport } from "#schema/host-api.ts";
import type { Stored } from "#schema/stored.ts";
import type { AJournal } from "../../support/a-journal.ts";
import { aRun, complete, ENGINE } from "./a-run.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import type { TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let journal: AJournal;
let projected: ToldEdge["projected"];

beforeAll(async () => {
  ({ edge, journal, projected } = await aToldEdge());
});
afterAll(() => edge.stop());

const report = (host: string, day: number, biggest: DiskReport["biggest"] = []): DiskReport => ({
  host,
  engine: "ENGINE",
  at: new Date(Date.UTC(2026, 0, day)).toISOString(),
  kinds: [
    { kind: "images", count: 5, inUse: 2, bytes: day * 100, reclaimable: day * 10 },
    { kind: "volumes", count: 2, inUse: 1, bytes: day, reclaimable: 0 },
  ],
  biggest,
});

const measured = async (payload: object, result: Stored<unknown>): Promise<string> => {
  const id = await journal.begin({ type: "docker.disk-usage", payload: { value: payload } });
  await journal.happen(id, { type: "completed", report: 2, result });
  return id;
};

describe("a host's disk", () => {
  it("is what its own measurements found: the newest whole, the last 90 as a trend, oldest first", async () => {
    for (let day = 1; day <= 92; day += 1)
      await measured({ host: "edge-1" }, { value: report("edge-1", day) });
    await measured({ host: "edge-2" }, { value: report("edge-2", 200) });
    const failed = await journal.begin({ type: "docker.disk-usage", payload: { value: { host: "edge-1" } } });
    await journal.happen(failed, { type: "cancel-requested" });
    // Small things take little room in a fact, many do not: such a report is kept elsewhere.
    const many = Array.from({ length: 1_000 }, (_, index) => ({
      kind: "images" as const,
      id: `sha256:${index}`.padEnd(71, "0"),
      name: `image ${index}`,
      bytes: index,
      inUse: false,
    }));
    const kept = await openObjects(await edge.connect("scheduler")).keep(report("edge-1", 93, many));
    expect(kept).toHaveProperty("ref");
    const newest = await measured({ host: "edge-1" }, kept);
    await projected();
    const { latest, task, trend } = await edge.client.hosts.disk("edge-1");
    expect(task).toBe(newest);
    expect(latest).toEqual(report("edge-1", 93, many));
    expect(trend).toHaveLength(90);
    expect(trend[0]).toEqual({ at: "2026-01-04T00:00:00.000Z", bytes: 404, reclaimable: 40 });
    expect(trend.at(-1)).toEqual({ at: "2026-04-03T00:00:00.000Z", bytes: 9_393, reclaimable: 930 });
  });

  it("without a host named is that of the runner the task ran on", async () => {
    await measured({}, { value: report("local", 3) });
    await projected();
    expect((await edge.client.hosts.disk("local")).latest).toEqual(report("local", 3));
  });

  it("is unknown, and no error, where nothing was measured or what was kept is gone", async () => {
    const lost = { ref: "f".repeat(64), sha256: "f".repeat(64), size: 40_000 };
    await measured({ host: "edge-3" }, lost);
    await projected();
    const unknown = { latest: null, task: null, trend: [] };
    expect(await edge.client.hosts.disk("edge-3")).toEqual(unknown);
    expect(await edge.client.hosts.disk("never")).toEqual(unknown);
    expect((await edge.admin("/api/hosts/a%2Fb/disk")).status).toBe(400);
  });
});

describe("a host's runs", () => {
  it("are its maintenance tasks, newest first, with what each gave back", async () => {
    const first = await aRun(journal, {
      definition: { type: "docker.images.prune", payload: { value: {} } },
      plan: {
        engine: { ...ENGINE, host: "edge-7" },
        items: [
          { id: "a", name: "a" },
          { id: "b", name: "b" },
        ],
      },
      results: [
        { index: 0, outcome: "done", freed: 70 },
        { index: 1, outcome: "done", freed: 7 },
      ],
    });
    await complete(journal, first);
    const second = await journal.submit({
      type: "docker.containers",
      payload: { value: { host: "edge-7", action: "stop" } },
    });
    await journal.submit({ type: "command", payload: { value: { host: "edge-7" } } });
    await projected();
    const { items } = await edge.client.hosts.runs("edge-7");
    expect(items.map(({ id, state, freed }) => [id, state, freed])).toEqual([
      [second, "queued", 0],
      [first, "completed", 77],
    ]);
    expect((await edge.client.hosts.runs("edge-7", 1)).items.map(({ id }) => id)).toEqual([second]);
  });
});
