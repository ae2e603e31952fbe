import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readEnv } from "#infra/env.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { provision } from "#infra/nats/provision.ts";
import { serve } from "#infra/nats/serve.ts";
import type { Running } from "#infra/service.ts";
import type { Stall } from "#schema/reports.ts";
import { reportSubject, telemetrySubject } from "#schema/subjects.ts";
import type { AttemptUse, Progress, RunnerUse } from "#schema/telemetry.ts";
import { startMonitor } from "../../../../services/monitor/start.ts";
import { type AJournal, openTestJournal } from "../../../support/a-journal.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { until } from "../../../support/until.ts";

let nats: TestNats;
let scheduler: NatsConnection;
let runner: NatsConnection;
let journal: AJournal;
let monitor: Running;
const heard: Stall[] = [];

const as = (user: string) => connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });

const startOne = (): Promise<Running> =>
  startMonitor({
    env: readEnv({ LONGSHORE_NATS_URL: nats.url, LONGSHORE_NATS_SEED_FILE: nats.seedFile("monitor") }),
    log: pino({ level: "silent" }),
    fail: (error) => {
      throw error;
    },
  });

beforeAll(async () => {
  nats = await startNats();
  await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 4 * 1024 ** 3 });
  [scheduler, runner] = [await as("scheduler"), await as("runner")];
  journal = openTestJournal(scheduler);
  serve(
    scheduler,
    reportSubject("monitor", "stall"),
    async (body) => {
      heard.push(body as Stall);
      return { ok: true, seq: 1 };
    },
    () => undefined,
  );
  monitor = await startOne();
});

afterAll(async () => {
  await monitor.stop();
  await scheduler.close();
  await runner.close();
  await nats.stop();
});

const publish = (kind: "use" | "progress" | "log", body: object): void =>
  runner.publish(telemetrySubject(kind, "local"), JSON.stringify(body));

const look = (taskId: string, use: Partial<AttemptUse> = {}): void => {
  const attempts = [{ taskId, attempt: 1, cpuMs: 5, memoryBytes: 1, ioBytes: 5, ...use }];
  publish("use", { runner: "local", at: "2026-11-21T08:00:00.000Z", attempts } satisfies RunnerUse);
};

/** Looks again and again, until the monitor says something of the task that it has not said before. */
const toldOf = async (taskId: string, before = heard.length): Promise<Stall> =>
  until("the monitor's word", () => {
    look(taskId);
    return heard.slice(before).find((stall) => stall.taskId === taskId);
  });

it("tells the scheduler of what stands still, and of its next sign of life, also when it has begun anew between", async () => {
  const taskId = await journal.begin({ stuckAfterMs: 200 });
  expect(await toldOf(taskId)).toMatchObject({
    runner: "monitor",
    attempt: 1,
    evidence: expect.stringMatching(
      /^No progress, output or result for 0 s\. It used 0\.0 s of processor time/,
    ),
  });
  await journal.happen(taskId, { type: "stalled", evidence: "…" });
  await monitor.stop();
  monitor = await startOne();
  const before = heard.length;
  const back = until("its recovery", () => {
    const step: Progress = { taskId, attempt: 1, at: "2026-11-21T08:00:00.000Z", percent: 1, message: "" };
    publish("progress", step);
    look(taskId);
    return heard.slice(before).find(({ evidence }) => evidence === null);
  });
  expect(await back).toEqual({ runner: "monitor", taskId, attempt: 1, evidence: null });
});

it("goes on when it hears what is no telemetry", async () => {
  for (const kind of ["use", "progress", "log"] as const) {
    runner.publish(telemetrySubject(kind, "local"), "no JSON {");
    for (const nonsense of [null, [], { attempts: 7 }, { attempts: [null] }])
      publish(kind, nonsense as object);
  }
  const taskId = await journal.begin({ stuckAfterMs: 200 });
  expect((await toldOf(taskId)).evidence).toMatch(/^No progress/);
});
