import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { follow } from "#infra/nats/follow.ts";
import { readEnv } from "#infra/env.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { provision } from "#infra/nats/provision.ts";
import { ask } from "#infra/nats/serve.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import type { Running } from "#infra/service.ts";
import { querySubject, TELEMETRY } from "#schema/subjects.ts";
import type { HostSample } from "#schema/telemetry.ts";
import { startMonitor } from "../../../services/monitor/start.ts";
import { type AJournal, anAssignment, openTestJournal } from "../../support/a-journal.ts";
import { aDefinition, EXAMPLES } from "../../support/task-examples.ts";
import { startNats, type TestNats } from "../../support/stack.ts";

let nats: TestNats;
let scheduler: NatsConnection;
let web: NatsConnection;
let monitor: Running;
let journal: AJournal;
let old: string;

const as = (user: string) => connectNats({ url: nats.url, seedFile: nats.seedFile(user), user });

beforeAll(async () => {
  nats = await startNats();
  await provision({ url: nats.url, seedFile: nats.seedFile("provisioner"), dataFree: 4 * 1024 ** 3 });
  [scheduler, web] = [await as("scheduler"), await as("web")];
  journal = openTestJournal(scheduler);
  await journal.runner("joined", "local");
  await journal.submit();
  old = await journal.begin({ type: "docker.containers" });
  monitor = await startMonitor({
    env: readEnv({ LONGSHORE_NATS_URL: nats.url, LONGSHORE_NATS_SEED_FILE: nats.seedFile("monitor") }),
    log: pino({ level: "silent" }),
    fail: (error) => {
      throw error;
    },
  });
});

afterAll(async () => {
  await monitor.stop();
  await scheduler.close();
  await web.close();
  await nats.stop();
});

/** The metrics as soon as they have seen so far, by the text before the value: `name{label="x"}`. */
const metricsAt = async (seq: number): Promise<Map<string, number>> => {
  const seen = await waitUntil(
    async () => {
      const { text } = await ask<{ text: string }>(web, querySubject("monitor", "metrics"), null, 2_000);
      const lines = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
      const values = new Map(
        lines.map((line) => {
          const end = line.lastIndexOf(" ");
          return [line.slice(0, end), Number(line.slice(end + 1))] as const;
        }),
      );
      return values.get("longshore_journal_last_sequence") === seq && values;
    },
    { within: 10_000 },
  );
  if (seen === undefined) throw new Error(`metrics did not reach sequence ${seq}`);
  return seen;
};

it("a sample of this host arrives in telemetry with sane numbers, again and again", async () => {
  const samples: HostSample[] = [];
  const following = await follow(web, {
    stream: TELEMETRY,
    from: 1,
    filter: "telemetry.sample.*",
    each: (message) => void samples.push(message.json<HostSample>()),
    failed: (error) => {
      throw error;
    },
  });
  await waitUntil(() => samples.length >= 3, { within: 15_000 });
  await following.stop();
  const [first, second] = samples;
  expect(samples.length).toBeGreaterThanOrEqual(3);
  expect(Date.parse(second?.at ?? "") - Date.parse(first?.at ?? "")).toBeGreaterThan(500);
  for (const sample of samples) {
    expect(sample.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(sample.cpuPercent).toBeLessThanOrEqual(100);
    expect(sample.load1).toBeGreaterThanOrEqual(0);
    expect(sample.cores).toBeGreaterThanOrEqual(1);
    expect(sample.memoryUsed).toBeGreaterThan(10_000_000);
    expect(sample.memoryUsed).toBeLessThan(sample.memoryTotal);
    expect(sample.diskUsed).toBeGreaterThan(0);
    expect(sample.diskUsed).toBeLessThanOrEqual(sample.diskTotal);
  }
  const metrics = await metricsAt(journal.facts.length);
  const host = readEnv({}).hostName;
  expect(metrics.get(`longshore_host_memory_used_bytes{host="${host}"}`)).toBeGreaterThan(10_000_000);
});

it("gauges know what was there before the monitor; counters count from then on", async () => {
  const metrics = await metricsAt(journal.facts.length);
  expect(metrics.get('longshore_tasks{state="queued"}')).toBe(1);
  expect(metrics.get('longshore_tasks{state="running"}')).toBe(1);
  expect(metrics.get('longshore_tasks{state="failed"}')).toBe(0);
  expect(metrics.get("longshore_runners_present")).toBe(1);
  expect(metrics.get('longshore_facts_total{type="submitted"}')).toBeUndefined();
  expect(metrics.get("longshore_monitor_nodejs_eventloop_lag_seconds")).toBeGreaterThanOrEqual(0);
});

it("facts move the metrics: states, ends, failures, items and times", async () => {
  const error = { code: "exit", message: "code 1" };
  const id = await journal.submit();
  await journal.happen(id, anAssignment(1));
  await journal.happen(id, { type: "started", report: 1 });
  await journal.happen(id, {
    type: "attempt-failed",
    report: 2,
    error,
    retryable: false,
    dueAt: "2026-11-22T08:00:00.000Z",
  });
  await journal.happen(old, {
    type: "planned",
    report: 2,
    plan: { number: 1, count: 3, plan: { value: { items: [] } } },
  });
  await journal.happen(old, anAssignment(2));
  await journal.happen(old, { type: "started", report: 1 });
  await journal.happen(old, {
    type: "items-recorded",
    report: 2,
    items: [
      { index: 0, outcome: "done" },
      { index: 1, outcome: "begun" },
      { index: 2, outcome: "done" },
    ],
  });
  await journal.happen(old, { type: "completed", report: 3, result: null });
  await journal.runner("lost", "local");

  const metrics = await metricsAt(journal.facts.length);
  expect(metrics.get('longshore_facts_total{type="submitted"}')).toBe(1);
  expect(metrics.get('longshore_tasks_submitted_total{type="command"}')).toBe(1);
  expect(metrics.get('longshore_attempts_failed_total{type="command",code="exit"}')).toBe(1);
  expect(metrics.get('longshore_tasks_settled_total{type="command",state="failed"}')).toBe(1);
  expect(metrics.get('longshore_tasks_settled_total{type="docker.containers",state="completed"}')).toBe(1);
  expect(metrics.get('longshore_items_total{outcome="done"}')).toBe(2);
  expect(metrics.get('longshore_items_total{outcome="begun"}')).toBeUndefined();
  expect(metrics.get('longshore_tasks{state="queued"}')).toBe(1);
  expect(metrics.get('longshore_tasks{state="running"}')).toBe(0);
  expect(metrics.get('longshore_tasks{state="failed"}')).toBe(1);
  expect(metrics.get("longshore_runners_present")).toBe(0);
  // The test journal's facts are a second apart: submitted, assigned, started, failed.
  expect(metrics.get('longshore_queue_wait_seconds_sum{type="command"}')).toBe(1);
  expect(metrics.get('longshore_task_duration_seconds_sum{type="command",state="failed"}')).toBe(1);

  await journal.happen(id, { type: "revived", items: "failed" });
  const after = await metricsAt(journal.facts.length);
  expect(after.get('longshore_tasks{state="failed"}')).toBe(0);
  expect(after.get('longshore_tasks{state="queued"}')).toBe(2);
});

it("a task that found a free slot when it was submitted has waited no time at all", async () => {
  const wait = 'longshore_queue_wait_seconds_count{type="placed"}';
  const definition = aDefinition({ id: "placed-1", type: "placed" });
  const { runner, attempt, token, deadlineAt } = EXAMPLES.assigned;
  const placed = { runner, attempt, token, deadlineAt };
  await journal.happen(definition.id, { type: "submitted", definition, placed });
  const metrics = await metricsAt(journal.facts.length);
  expect(metrics.get(wait)).toBe(1);
  expect(metrics.get('longshore_queue_wait_seconds_sum{type="placed"}')).toBe(0);
  expect(metrics.get('longshore_tasks{state="running"}')).toBe(1);
});

it("after the NATS server was killed and came back, facts are counted once each", async () => {
  const before = (await metricsAt(journal.facts.length)).get('longshore_facts_total{type="submitted"}') ?? 0;
  await nats.kill9();
  await nats.restart();
  for (const connection of [scheduler, web]) {
    const flushed = () =>
      connection.flush().then(
        () => true,
        () => false,
      );
    expect(await waitUntil(flushed, { within: 10_000 })).toBe(true);
  }
  await journal.submit();
  const metrics = await metricsAt(journal.facts.length);
  expect(metrics.get('longshore_facts_total{type="submitted"}')).toBe(before + 1);
});
