import { afterEach, describe, expect, it } from "vitest";
import { createClient } from "#client/http.ts";
import { telemetrySubject } from "#schema/subjects.ts";
import type { AttemptUse } from "#schema/telemetry.ts";
import { until } from "../../support/until.ts";
import { listen } from "./a-listener.ts";
import { aToldEdge, type ToldEdge } from "./a-told-edge.ts";
import { TOKEN } from "./an-edge.ts";

const EVIDENCE = "No progress, output or result for 5 min.";

let ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

const told = async (): Promise<ToldEdge> => {
  const all = await aToldEdge();
  ends.push(() => all.edge.stop());
  return all;
};

describe("a task that is stuck", () => {
  it("says why and since when at once, in the list, as it was and after a restart, until there are signs of life", async () => {
    const { edge, journal, projected } = await told();
    const id = await journal.begin();
    const { at: since } = await journal.happen(id, { type: "stalled", evidence: EVIDENCE });
    const seq = journal.facts.length;
    const stuck = { evidence: EVIDENCE, since };
    await until("the fact", async () => (await edge.client.task(id)).state === "stuck");
    expect(await edge.client.task(id)).toMatchObject({ tag: "active", waiting: null, stuck });
    await projected();
    const [line] = (await edge.client.tasks({ state: "stuck" })).items;
    expect(line).toMatchObject({ id, stuck });

    // What happens to it meanwhile does not make it forget.
    await journal.happen(id, { type: "reprioritised", priority: "high" });
    await projected();
    await edge.stopWeb();
    const client = createClient({ baseUrl: await edge.startWeb(), token: TOKEN });
    expect(await client.task(id)).toMatchObject({ priority: "high", state: "stuck", stuck });

    await journal.happen(id, { type: "recovered" });
    await until("signs of life", async () => (await client.task(id)).state === "running.working");
    expect((await client.task(id)).stuck).toBeNull();
    expect((await client.snapshot(id, seq)).stuck).toEqual(stuck);
    await until("the list", async () => (await client.tasks({ state: "stuck" })).items.length === 0);
    expect((await client.tasks()).items[0]?.stuck).toBeNull();
  }, 60_000);
});

describe("what an attempt uses", () => {
  it("is told with the task while it is active, and as it changes to who watches that task", async () => {
    const { edge, journal } = await told();
    const id = await journal.begin();
    const other = await journal.begin();
    const runner = await edge.connect("runner");
    const look = (second: number, attempts: readonly Omit<AttemptUse, "attempt">[]): void => {
      const at = new Date(Date.parse("2026-11-21T08:00:00.000Z") + second * 1_000).toISOString();
      const body = { runner: "local", at, attempts: attempts.map((use) => ({ attempt: 1, ...use })) };
      runner.publish(telemetrySubject("use", "local"), JSON.stringify(body));
    };
    const stream = await listen(`${edge.url}/api/stream?use=${id}`, { authorization: `Bearer ${TOKEN}` });
    await stream.next("hello");
    expect((await edge.client.task(id)).use).toBeNull();

    look(0, [
      { taskId: id, cpuMs: 1_000, memoryBytes: 2 ** 20, ioBytes: 5_000 },
      { taskId: other, cpuMs: null, memoryBytes: null, ioBytes: null },
    ]);
    const first = { taskId: id, attempt: 1, memoryBytes: 2 ** 20, ioBytes: 5_000 };
    expect((await stream.next("use")).data).toMatchObject({ ...first, cpuPercent: null, ioPerSecond: null });
    expect(await edge.client.task(other)).toMatchObject({
      use: { attempt: 1, cpuPercent: null, memoryBytes: null },
    });

    look(5, [{ taskId: id, cpuMs: 8_500, memoryBytes: 2 ** 21, ioBytes: 15_000 }]);
    const then = { cpuPercent: 150, memoryBytes: 2 ** 21, ioBytes: 15_000, ioPerSecond: 2_000 };
    expect((await stream.next("use")).data).toMatchObject(then);
    expect((await edge.client.task(id)).use).toMatchObject({ ...then, at: "2026-11-21T08:00:05.000Z" });
    // Its runner no longer names it.
    expect((await edge.client.task(other)).use).toBeNull();

    // A process that has ended took its processor time along: no rate can be told of that.
    look(10, [{ taskId: id, cpuMs: 100, memoryBytes: 2 ** 10, ioBytes: 15_000 }]);
    expect((await stream.next("use")).data).toMatchObject({ cpuPercent: null, ioPerSecond: 0 });
    expect(stream.events.every(({ event, id: place }) => event !== "use" || place === undefined)).toBe(true);
    expect(stream.events.filter(({ event }) => event === "use")).toHaveLength(3);
    stream.close();

    await journal.happen(id, { type: "attempt-lost", message: "gone" });
    await until("its end", async () => (await edge.client.task(id)).tag !== "active");
    expect((await edge.client.task(id)).use).toBeNull();
  }, 60_000);
});
