import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { telemetryConfig } from "#infra/nats/streams.ts";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import { TELEMETRY, type TelemetryKind, telemetrySubject } from "#schema/subjects.ts";
import { trim } from "../../../services/projector/retention.ts";
import { type Ground, openGround } from "./a-ground.ts";

let ground: Ground;
let runner: NatsConnection;
let monitor: NatsConnection;
beforeEach(async () => {
  ground = await openGround();
  const as = (user: string) =>
    connectNats({ url: ground.nats.url, seedFile: ground.nats.seedFile(user), user });
  [runner, monitor] = [await as("runner"), await as("monitor")];
});
afterEach(async () => {
  await runner.close();
  await monitor.close();
  await ground.close();
});

const tell = async (kind: TelemetryKind, body: unknown): Promise<void> => {
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const from = kind === "sample" ? monitor : runner;
  await jetstream(from).publish(telemetrySubject(kind, kind === "sample" ? "h1" : "local"), payload);
};

const chunk = (number: number, text: string, more = {}) => ({
  taskId: "t1",
  attempt: 1,
  chunk: number,
  at: new Date().toISOString(),
  stream: "stdout",
  text,
  ...more,
});

const progress = (taskId: string, percent: number) => ({
  taskId,
  attempt: 1,
  at: new Date().toISOString(),
  percent,
  message: `${percent} %`,
});

const sample = (at: string) => ({
  host: "h1",
  at,
  cpuPercent: 12.5,
  load1: 1,
  cores: 2,
  memoryUsed: 1,
  memoryTotal: 2,
  diskUsed: 1,
  diskTotal: 2,
});

const read = async (seq: number): Promise<void> => {
  const there = await waitUntil(
    async () => {
      const [row] = await ground.sql`select seq from checkpoints where name = 'telemetry'`;
      return Number(row?.["seq"] ?? -1) === seq;
    },
    { within: 15_000 },
  );
  expect(there, `telemetry was not read up to ${seq}`).toBe(true);
};

const logs = async () =>
  (await ground.sql`select seq, text from logs order by seq`).map((row) => row["text"] as unknown);

it("keeps log chunks in order, the latest progress of each task, and one sample per host and 5 s", async () => {
  await ground.projector();
  await tell("log", chunk(1, "one\n"));
  await tell("log", chunk(2, "two \0 \u001b[31mred\n", { stream: "stderr", dropped: 17 }));
  for (const percent of [10, 20, 30]) await tell("progress", progress("t1", percent));
  await tell("progress", progress("t2", 5));
  for (const second of [0, 1, 2, 4, 5, 9, 10]) {
    await tell("sample", sample(`2026-11-21T08:00:${String(second).padStart(2, "0")}.000Z`));
  }
  await tell("engine", { runner: "local", at: "", reachable: true, containers: [] });
  await read(14);
  expect(
    await ground.sql`select seq::int, task_id, attempt, chunk, stream, text, dropped from logs order by seq`,
  ).toEqual([
    { seq: 1, task_id: "t1", attempt: 1, chunk: 1, stream: "stdout", text: "one\n", dropped: 0 },
    {
      seq: 2,
      task_id: "t1",
      attempt: 1,
      chunk: 2,
      stream: "stderr",
      text: "two \uFFFD \u001b[31mred\n",
      dropped: 17,
    },
  ]);
  expect(
    await ground.sql`select task_id, progress->>'percent' as percent from progress order by task_id`,
  ).toEqual([
    { task_id: "t1", percent: "30" },
    { task_id: "t2", percent: "5" },
  ]);
  const samples = await ground.sql<{ at: Date }[]>`select at from samples order by at`;
  expect(samples.map(({ at }) => at.getUTCSeconds())).toEqual([0, 5, 10]);
});

it("leaves out what it cannot read and says so; the rest is kept", async () => {
  const projector = await ground.projector();
  await tell("log", "not json");
  await tell("log", "null");
  await tell("log", { ...chunk(1, "x"), attempt: "one" });
  await tell("log", { ...chunk(1, "x"), at: "yesterday" });
  // A year Postgres has no room for: only the insert finds out.
  await tell("progress", { ...progress("t1", 1), message: "deep ".repeat(3) });
  await tell("log", { ...chunk(1, "x"), at: "-271821-04-20T00:00:00.000Z" });
  await tell("log", chunk(2, "good\n"));
  for (const metrics of ["many", null, { files: "seven" }])
    await tell("progress", { ...progress("t1", 2), metrics });
  await read(10);
  expect(await logs()).toEqual(["good\n"]);
  expect(await ground.sql`select progress->'percent' as percent from progress`).toEqual([{ percent: 1 }]);
  expect(projector.said.filter((line) => line.includes("left out"))).toHaveLength(8);
});

it("goes on where it was after a restart, and jumps over what the stream no longer has", async () => {
  const first = await ground.projector();
  await tell("log", chunk(1, "one"));
  await read(1);
  await first.stop();
  for (const [index, text] of ["two", "three", "four"].entries()) await tell("log", chunk(index + 2, text));
  const admin = await connectNats({
    url: ground.nats.url,
    seedFile: ground.nats.seedFile("provisioner"),
    user: "provisioner",
  });
  await (await jetstreamManager(admin)).streams.purge(TELEMETRY, { seq: 4 });
  await admin.close();
  await ground.projector();
  await read(4);
  expect(await logs()).toEqual(["one", "four"]);
});

it("a stream that was made anew is read from its beginning, and earlier lines keep their order before its own", async () => {
  const first = await ground.projector();
  for (const [index, text] of ["one", "two", "three"].entries()) await tell("log", chunk(index + 1, text));
  await tell("progress", progress("t1", 80));
  await read(4);
  await first.stop();
  const admin = await connectNats({
    url: ground.nats.url,
    seedFile: ground.nats.seedFile("provisioner"),
    user: "provisioner",
  });
  const { streams } = await jetstreamManager(admin);
  const remake = async (): Promise<void> => {
    await streams.delete(TELEMETRY);
    await streams.add(telemetryConfig(4 * 1024 ** 3));
  };
  await remake();
  await tell("log", chunk(4, "four"));
  await tell("progress", progress("t1", 90));
  const second = await ground.projector();
  await read(2);
  await second.stop();
  expect(await logs()).toEqual(["one", "two", "three", "four"]);
  expect((await ground.sql`select progress->>'percent' as percent from progress`)[0]).toEqual({
    percent: "90",
  });
  await remake();
  await tell("log", chunk(5, "five"));
  await ground.projector();
  await read(1);
  await admin.close();
  expect(await logs()).toEqual(["one", "two", "three", "four", "five"]);
});

it("old logs and samples are deleted, recent ones stay", async () => {
  const projector = await ground.projector();
  await projector.stop();
  const put = (seq: number, age: string) =>
    ground.sql`insert into logs values (${seq}, 't', 1, ${seq}, now() - ${age}::text::interval, 'stdout', 'x', 0)`;
  await put(1, "40 days");
  await put(2, "31 days");
  await put(3, "29 days");
  await ground.sql`insert into samples values ('h', now() - interval '8 days', '{}'), ('h', now() - interval '6 days', '{}')`;
  expect(await trim(ground.sql, { logDays: 30, sampleDays: 7 })).toBe(3);
  expect(await ground.sql`select seq::int from logs`).toEqual([{ seq: 3 }]);
  expect(await ground.sql`select host from samples`).toHaveLength(1);
});
