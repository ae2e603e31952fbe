import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Client } from "#client/http.ts";
import { ask } from "#infra/nats/serve.ts";
import { querySubject } from "#schema/subjects.ts";
import { type RunnerProcess, startRunnerProcess } from "../../services/runner/program.ts";
import { aScheduler, type TestScheduler } from "../../support/a-scheduler.ts";
import { until } from "../../support/until.ts";
import { anEdge, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;
let client: Client;
let scheduler: TestScheduler;
let runner: RunnerProcess;

beforeAll(async () => {
  edge = await anEdge();
  client = edge.client;
  scheduler = await aScheduler(edge.nats);
  runner = await startRunnerProcess(edge.nats, { LONGSHORE_SLOTS: "1-4" });
  await until("the runner", async () => (await client.runners()).items[0]?.state === "present");
});
afterAll(async () => {
  await runner.stop();
  await scheduler.stop();
  await edge.stop();
});

describe("a runner's slots, over HTTP", () => {
  it("are shown, set by number, and left to the work again", async () => {
    expect(await client.pools.get("local")).toMatchObject({
      min: 1,
      max: 4,
      automatic: true,
      cordoned: false,
    });
    expect(await client.pools.scale("local", 3)).toMatchObject({ target: 3, automatic: false });
    await until("three slots", async () => (await client.runners()).items[0]?.slots === 3);
    expect((await client.pools.get("local")).slots.map(({ slot }) => slot)).toEqual([1, 2, 3]);
    expect((await client.pools.scale("local", null)).automatic).toBe(true);
  });

  it("are refused beyond what the runner may have, with its own words", async () => {
    await expect(client.pools.scale("local", 5)).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining("1 to 4") as string,
    });
  });

  it("are as the latest fact says when two wishes reach the runner in the other order", async () => {
    await client.pools.scale("local", 3);
    await client.pools.uncordon("local");
    const web = await edge.connect("web");
    const late = { slots: 2, seq: 1 };
    for (const verb of ["scale", "drain"] as const)
      expect(await ask(web, querySubject("local", verb), late, 5_000)).toMatchObject({
        target: 3,
        cordoned: false,
      });
  });

  it("are closed to new work, and opened again", async () => {
    expect(await client.pools.cordon("local", "maintenance")).toMatchObject({ cordoned: true });
    const { id } = await client.submit({ type: "command", payload: { command: ["true"] } });
    expect((await client.task(id)).state).toBe("queued");
    expect(await client.pools.uncordon("local")).toMatchObject({ cordoned: false });
    await until("its end", async () => (await client.task(id)).state === "completed");
    expect(await client.pools.drain("local")).toMatchObject({ cordoned: true });
    await client.pools.uncordon("local");
  });

  it(
    "keep the number somebody set when scheduler and runner are started anew",
    { timeout: 60_000 },
    async () => {
      await client.pools.scale("local", 3);
      await runner.kill9();
      await expect(client.pools.scale("local", 2)).rejects.toMatchObject({ status: 503 });
      await scheduler.stop();
      scheduler = await aScheduler(edge.nats);
      runner = await startRunnerProcess(edge.nats, { LONGSHORE_SLOTS: "1-4" }, runner.data);
      const pool = () => client.pools.get("local").catch(() => undefined);
      await until("the runner is back with three slots", async () => (await pool())?.target === 3, 30_000);
      expect(await pool()).toMatchObject({ automatic: false });
      await until("three are announced", async () => (await client.runners()).items[0]?.slots === 3, 30_000);
      expect(await client.pools.scale("local", null)).toMatchObject({ automatic: true });
    },
  );

  it(
    "stay closed when scheduler and runner are started anew, until somebody opens them",
    { timeout: 60_000 },
    async () => {
      await client.pools.cordon("local", "new disk");
      await runner.kill9();
      await scheduler.stop();
      scheduler = await aScheduler(edge.nats);
      runner = await startRunnerProcess(edge.nats, { LONGSHORE_SLOTS: "1-4" }, runner.data);
      const pool = () => client.pools.get("local").catch(() => undefined);
      await until("the runner is back, and closed", async () => (await pool())?.cordoned, 30_000);
      const { id } = await client.submit({ type: "command", payload: { command: ["true"] } });
      expect((await client.task(id)).waiting).toBe(
        "The runner local is cordoned by admin and takes nothing new: new disk.",
      );
      expect(await client.pools.uncordon("local")).toMatchObject({ cordoned: false });
      await until("its end", async () => (await client.task(id)).state === "completed");
    },
  );
});
