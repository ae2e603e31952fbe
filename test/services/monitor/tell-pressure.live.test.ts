import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { serve } from "#infra/nats/serve.ts";
import type { Pressure } from "#schema/reports.ts";
import { reportSubject } from "#schema/subjects.ts";
import type { HostSample } from "#schema/telemetry.ts";
import { tellPressure } from "../../../services/monitor/tell-pressure.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { until } from "../../support/until.ts";

let nats: TestNats;
let scheduler: NatsConnection;
let monitor: NatsConnection;
const heard: Pressure[] = [];

beforeAll(async () => {
  nats = await startNats();
  const as = (user: string) => connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });
  [scheduler, monitor] = [await as("scheduler"), await as("monitor")];
  serve(
    scheduler,
    reportSubject("monitor", "pressure"),
    async (body) => {
      heard.push(body as Pressure);
      return { ok: true, seq: 1 };
    },
    () => undefined,
  );
  await scheduler.flush();
});

afterAll(async () => {
  await monitor.close();
  await scheduler.close();
  await nats.stop();
});

it("tells when memory runs short, says it again while it lasts, and tells when it is over", async () => {
  const tell = tellPressure(monitor, { cpuLimit: 100, log: pino({ level: "silent" }) });
  const sample = (memoryUsed: number): HostSample => ({
    host: "h",
    at: "2026-11-21T08:00:00.000Z",
    cpuPercent: 0,
    load1: 0,
    cores: 2,
    memoryUsed,
    memoryTotal: 100,
    diskUsed: 0,
    diskTotal: 1,
  });
  for (let count = 0; count < 11; count += 1) tell(sample(95));
  tell(sample(50));
  await until("the end of the pressure", () => heard.find(({ reason }) => reason === null));
  expect(heard.map(({ host, reason }) => [host, reason])).toEqual([
    ["h", "Host h: memory 95 % > 90 %."],
    ["h", "Host h: memory 95 % > 90 %."],
    ["h", "Host h: memory 95 % > 90 %."],
    ["h", null],
  ]);
});
