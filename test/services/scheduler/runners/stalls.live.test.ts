import { afterAll, beforeAll, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import type { ReportReply } from "#schema/reports.ts";
import { reportSubject } from "#schema/subjects.ts";
import { aWorld } from "../../../support/a-world.ts";

let world: Awaited<ReturnType<typeof aWorld>>;
let monitor: NatsConnection;
beforeAll(async () => {
  world = await aWorld();
  const { nats } = world;
  monitor = await connectNats({ url: nats.url, seedFile: nats.seedFile("monitor"), user: "monitor" });
}, 60_000);
afterAll(async () => {
  await monitor.close();
  await world.end();
}, 60_000);

it("that work stands still is believed of a monitor only, and what it says has a shape", async () => {
  const runner = await world.runner();
  const taskId = await world.submit();
  const { attempt } = await world.journal.given(taskId);
  const told = (connection: NatsConnection, reporter: string, changes: object = {}) =>
    ask<ReportReply>(
      connection,
      reportSubject(reporter, "stall"),
      { runner: reporter, taskId, attempt, evidence: "No output for 5 min.", ...changes },
      5_000,
    );
  expect(await told(runner.connection, "local")).toMatchObject({ ok: false, code: "invalid" });
  for (const nonsense of [{ evidence: "" }, { evidence: 7 }, { attempt: 0 }, { evidence: "x".repeat(1_001) }])
    expect(await told(monitor, "monitor", nonsense)).toMatchObject({ ok: false, code: "invalid" });
  expect(await told(monitor, "monitor")).toMatchObject({ ok: true });
  expect(await told(monitor, "monitor", { attempt: attempt + 1 })).toMatchObject({
    ok: false,
    code: "stale",
  });
});
