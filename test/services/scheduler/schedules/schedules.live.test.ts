import { beforeEach, describe, expect, it } from "vitest";
import { isRecordFact, type RecordFact } from "#schema/envelope.ts";
import type { ScheduleBody, ScheduleCommand } from "#schema/schedule.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { ScheduleReply, WishReply } from "#schema/wishes.ts";
import { aRunner, aScheduler, isGiven } from "../../../support/a-scheduler.ts";
import { until } from "../../../support/until.ts";
import { aBody } from "./a-schedule.ts";
import { aSchedulerProcess } from "../program.ts";
import { edge, ends, journal, nats, onServersOfTheirOwn } from "../scheduler-processes.ts";

onServersOfTheirOwn();

const schedule = (command: ScheduleCommand) => edge.about<ScheduleReply>("schedule", { command });
const made = async (changes: Partial<ScheduleBody>): Promise<string> => {
  const reply = await schedule({ type: "create", schedule: aBody(changes) });
  if (!reply.ok) throw new Error(reply.message);
  return reply.id;
};
const factsOf = (id: string): RecordFact[] =>
  journal.facts.flatMap(({ fact }) => (isRecordFact(fact) && fact.about.id === id ? [fact] : []));
const fired = (id: string): RecordFact[] => factsOf(id).filter(({ type }) => type === "fired");
const runNow = async (id: string): Promise<string> => {
  const reply = await schedule({ type: "run", id });
  if (!reply.ok || reply.taskId === undefined) throw new Error(`no run: ${JSON.stringify(reply)}`);
  return reply.taskId;
};
const present = async (slots: number) => {
  const runner = await aRunner(nats, { slots });
  await until("the runner is welcomed", async () => (await runner.hello().catch(() => undefined))?.ok);
  ends.push(runner.keepLease(), runner.close);
  return runner;
};

describe("a schedule of every second", () => {
  it("comes to each second exactly once, whoever is killed meanwhile", async () => {
    let scheduler = await aSchedulerProcess(nats);
    await present(0);
    const id = await made({ cron: "* * * * * *", overlap: "queue", missed: "all" });
    const beyond = (count: number) =>
      until(`more than ${count} runs`, () => fired(id).length > count, 60_000);
    await beyond(1);
    for (let kill = 0; kill < 3; kill += 1) {
      await scheduler.kill9();
      const before = fired(id).length;
      scheduler = await aSchedulerProcess(nats);
      await beyond(before + 2);
    }
    await nats.kill9();
    const before = fired(id).length;
    await nats.restart();
    await beyond(before + 2);
    const end = await until("it is deleted", async () => {
      const reply = await schedule({ type: "delete", id }).catch(() => undefined);
      return reply?.ok ? reply : undefined;
    });
    await until("all of it is read", () => journal.facts.some(({ seq }) => seq === end.seq));

    const runs = fired(id);
    const seconds = runs.map(({ data }) => Date.parse(data["dueAt"] as string) / 1_000);
    expect(seconds).toEqual(seconds.map((_, index) => (seconds[0] ?? 0) + index));
    expect(factsOf(id).filter(({ type }) => type === "passed-over")).toEqual([]);
    for (const { at, data } of runs) expect(at >= (data["dueAt"] as string)).toBe(true);
    const submitted = journal.taskFacts().filter(({ type }) => type === "submitted");
    expect(submitted.map(({ taskId }) => taskId)).toEqual(runs.map(({ data }) => data["task"]));
    const keys = submitted.map(({ data }) => (data["definition"] as TaskDefinition).idempotencyKey);
    expect(keys).toEqual(runs.map(({ data }) => `schedule:${id}:${data["dueAt"] as string}`));
  }, 180_000);

  it("rests while it is paused, over a restart too, and goes on when it is resumed", async () => {
    let scheduler = await aScheduler(nats);
    ends.push(() => scheduler.stop());
    await present(0);
    const id = await made({ cron: "* * * * * *", overlap: "queue", missed: "all" });
    await until("the first run", () => fired(id).length > 0);
    const paused = await schedule({ type: "pause", id });
    expect(paused).toMatchObject({ ok: true });
    await scheduler.stop();
    scheduler = await aScheduler(nats);
    await until("a second passes", () => Date.now() > Date.parse(factsOf(id).at(-1)?.at ?? "") + 1_500);
    expect(factsOf(id).at(-1)?.type).toBe("schedule-paused");
    expect(await schedule({ type: "resume", id })).toMatchObject({ ok: true });
    await until("a run after it", () => factsOf(id).at(-1)?.type === "fired");
    const [before, after] = fired(id).slice(-2);
    const gap = Date.parse(after?.data["dueAt"] as string) - Date.parse(before?.data["dueAt"] as string);
    expect(gap).toBeGreaterThan(1_000);
  });
});

describe("a run that meets the one before", () => {
  beforeEach(async () => {
    const scheduler = await aScheduler(nats);
    ends.push(() => scheduler.stop());
  });

  it("waits until it is over (queue)", async () => {
    const runner = await present(2);
    const id = await made({ overlap: "queue" });
    const [first, second] = [await runNow(id), await runNow(id)];
    const begun = await journal.given(first);
    await runner.report(begun, { type: "started" });
    // Something else takes the free slot: the second run could have had it.
    const other = await edge.submit();
    await journal.given(other.ok ? other.taskId : "");
    expect(journal.of(second).some(isGiven)).toBe(false);
    await runner.report(begun, { type: "completed", result: null });
    await journal.given(second);
  });

  it("cancels it and begins when it is gone (replace)", async () => {
    const runner = await present(2);
    const id = await made({ overlap: "replace" });
    const first = await runNow(id);
    const begun = await journal.given(first);
    await runner.report(begun, { type: "started" });
    const second = await runNow(id);
    await journal.next(first, "cancel-requested");
    expect(journal.of(second).some(isGiven)).toBe(false);
    await runner.report(begun, { type: "cancelled" });
    const gone = await journal.next(first, "cancelled");
    const next = await journal.given(second);
    expect(next.seq).toBeGreaterThan(gone.seq);
  });

  it("is refused, with the reason (skip)", async () => {
    await present(0);
    const id = await made({ overlap: "skip" });
    const first = await runNow(id);
    const reply = await schedule({ type: "run", id });
    expect(reply).toMatchObject({ ok: false, code: "refused" });
    expect(!reply.ok && reply.message).toContain(first);
  });
});

it("a template is there after a restart, with all its versions", async () => {
  let scheduler = await aScheduler(nats);
  ends.push(() => scheduler.stop());
  await present(0);
  const template = (command: object) => edge.about<WishReply>("template", { command });
  const task = { type: "sleep", payload: { ms: "{{ms}}" } };
  const parameters = { properties: { ms: { type: "integer" } }, required: ["ms"] };
  await template({ type: "define", template: { name: "nap", parameters, task } });
  await template({
    type: "define",
    template: { name: "nap", parameters, task: { ...task, priority: "low" } },
  });
  await scheduler.stop();
  scheduler = await aScheduler(nats);
  const replies = [
    await template({ type: "submit", name: "nap", version: 1, parameters: { ms: 3 } }),
    await template({ type: "submit", name: "nap", parameters: { ms: 4 } }),
  ];
  const definitions = await until("both are submitted", () => {
    const found = journal.taskFacts().filter(({ type }) => type === "submitted");
    return found.length === 2 && found.map(({ data }) => data["definition"] as TaskDefinition);
  });
  expect(replies).toMatchObject([{ ok: true }, { ok: true }]);
  expect(definitions).toMatchObject([
    { priority: "normal", payload: { value: { ms: 3 } }, labels: { "longshore.template": "nap@1" } },
    { priority: "low", payload: { value: { ms: 4 } }, labels: { "longshore.template": "nap@2" } },
  ]);
});
