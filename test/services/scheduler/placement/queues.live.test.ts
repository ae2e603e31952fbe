import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectNats } from "#infra/nats/connect.ts";
import { ask } from "#infra/nats/serve.ts";
import { isRecordFact } from "#schema/envelope.ts";
import type { QueueCommand } from "#schema/queue.ts";
import type { ReportReply } from "#schema/reports.ts";
import { reportSubject } from "#schema/subjects.ts";
import type { RecordReply, WhyAnswer, WishReply } from "#schema/wishes.ts";
import { SLEEP, isGiven } from "../../../support/a-scheduler.ts";
import { aWorld, type World } from "../../../support/a-world.ts";
import { until } from "../../../support/until.ts";

let world: World;
beforeEach(async () => void (world = await aWorld()));
afterEach(() => world.end());

const change = (queue: string, command: QueueCommand, reason?: string) =>
  world.send<RecordReply>("queue", { queue, command, ...(reason === undefined ? {} : { reason }) });
const why = (taskId: string) => world.send<WhyAnswer>("why", { taskId });
const aboutQueues = () =>
  world.journal.facts.flatMap(({ fact, message }) =>
    isRecordFact(fact) && fact.about.kind === "queue" ? [{ ...fact, subject: message.subject }] : [],
  );

describe("queues", () => {
  it("are limited, paused and resumed by wishes that are facts, and stay so after a restart", async () => {
    await world.runner({ slots: 5 });
    expect(await change("q", { type: "configure", settings: { concurrency: 1 } }, "night")).toMatchObject({
      ok: true,
      id: "q",
    });
    await change("q", { type: "pause" });
    await world.restart();
    const [first, second] = [await world.submit({ queue: "q" }), await world.submit({ queue: "q" })];
    expect(await why(first)).toMatchObject({
      ok: true,
      code: "queue-paused",
      position: { position: 1, of: 2 },
    });
    await change("q", { type: "resume" });
    await world.journal.given(first);
    expect(await why(second)).toMatchObject({
      code: "queue-limit",
      sentence: "The queue q runs 1 of at most 1 tasks.",
      position: { position: 1, of: 1 },
    });
    await until("all facts of the queue", () => (aboutQueues().length === 3 ? true : undefined));
    expect(aboutQueues()).toMatchObject([
      {
        type: "configured",
        subject: "queue.q.configured",
        reason: "night",
        after: { concurrency: 1, state: "open" },
      },
      { type: "queue-paused", after: { concurrency: 1, state: "paused" } },
      { type: "queue-resumed", after: { concurrency: 1, state: "open" } },
    ]);
  });

  it("answers a wish that changes nothing without a fact, and takes a limit away with null", async () => {
    await change("q", { type: "configure", settings: { concurrency: 2, rate: { limit: 5, perMs: 1_000 } } });
    await change("q", { type: "configure", settings: { concurrency: 2 } });
    await change("q", { type: "resume" });
    await change("q", { type: "configure", settings: { concurrency: null } });
    await until("the last fact", () =>
      aboutQueues().find(({ after }) => (after as { concurrency: null }).concurrency === null),
    );
    expect(aboutQueues().map(({ type }) => type)).toEqual(["configured", "configured"]);
    expect(aboutQueues().at(-1)?.after).toMatchObject({ rate: { limit: 5, perMs: 1_000 } });
  });

  it("that are drained finish what they have and take nothing new", async () => {
    const runner = await world.runner();
    const kept = await world.submit({ queue: "q" });
    await change("q", { type: "drain" });
    expect(await world.edge.submit({ queue: "q" })).toMatchObject({
      ok: false,
      code: "refused",
      message: "The queue q is being drained: it takes no new tasks.",
    });
    expect(await world.edge.submit({ queue: "other" })).toMatchObject({ ok: true });
    const assigned = await world.journal.given(kept);
    expect(await runner.report(assigned, { type: "started" })).toMatchObject({ ok: true });
  });

  it("refuse names and settings that are none, and people without the right", async () => {
    const bad: [string, unknown][] = [
      ["no.dots", { type: "pause" }],
      ["", { type: "pause" }],
      ["x".repeat(65), { type: "pause" }],
      ["q", { type: "configure", settings: { concurrency: 0 } }],
      ["q", { type: "configure", settings: { rate: { limit: 1 } } }],
      ["q", { type: "configure", settings: { unknown: 1 } }],
      ["q", { type: "explode" }],
      ["q", null],
    ];
    for (const [queue, command] of bad)
      expect(await world.send("queue", { queue, command })).toMatchObject({ ok: false, code: "invalid" });
    const refused = await world.send("queue", { queue: "q", command: { type: "pause" } }, ["view"]);
    expect(refused).toMatchObject({ ok: false, code: "forbidden" });
    expect(aboutQueues()).toEqual([]);
  });
});

describe("why a task waits", () => {
  it("is answered for everything that waits, and for nothing else", async () => {
    const early = await world.runner();
    await early.goodbye();
    const queued = await world.submit();
    expect(await why(queued)).toMatchObject({ code: "no-runner", sentence: "No runner is connected." });
    const later = await world.submit({ runAt: new Date(Date.now() + 3_600_000).toISOString() });
    expect((await why(later)).sentence).toMatch(/^It is due in (60 min|1 h), at /);
    const dependent = await world.submit({ after: [queued] });
    expect(await why(dependent)).toMatchObject({ code: "after" });
    const runner = await world.runner();
    const assigned = await world.journal.given(queued);
    await runner.report(assigned, { type: "started" });
    expect(await why(queued)).toMatchObject({ ok: false, code: "refused", state: "running.working" });
    expect(await why("nobody")).toMatchObject({ ok: false, code: "unknown-task" });
    await world.edge.wish(queued, { type: "pause" });
    await runner.report(assigned, { type: "paused", inPlace: true });
    expect((await why(queued)).sentence).toBe(
      "It is paused, held in place on the runner local; it goes on when somebody resumes it.",
    );
    await world.edge.wish(queued, { type: "resume" });
    const again = await world.journal.given(queued, 2);
    await runner.report(again, { type: "started" });
    const error = { code: "x", message: "It broke." };
    await runner.report(again, { type: "attempt-failed", error, retryable: true });
    expect((await why(queued)).sentence).toMatch(/^Retry in 1 s\. The last attempt failed: It broke\.$/);
  });

  it("guesses when, from the pace of late", async () => {
    const runner = await world.runner({ slots: 1 });
    const ids = await Promise.all(Array.from({ length: 8 }, () => world.submit()));
    for (const id of ids.slice(0, 4)) {
      const assigned = await world.journal.given(id);
      await runner.report(assigned, { type: "completed", result: null });
    }
    const answer = await why(ids.at(-1) ?? "");
    expect(answer.position).toEqual({ position: 3, of: 3 });
    expect(answer.etaMs).toBeGreaterThan(0);
    expect(answer.sentence).toMatch(/Position 3 of 3, about \d+ (s|min)\.$/);
  });
});

describe("the guess of a queue with a limit of its own", () => {
  it("goes by that queue's line and pace, not by what starts elsewhere, and is not made where there is no line", async () => {
    const runner = await world.runner({ slots: 5 });
    await change("slow", { type: "configure", settings: { concurrency: 1 } });
    const [, , last] = [
      await world.submit({ queue: "slow" }),
      await world.submit({ queue: "slow" }),
      await world.submit({ queue: "slow" }),
    ];
    for (let count = 0; count < 6; count += 1) {
      const id = await world.submit({ queue: "quick" });
      await runner.report(await world.journal.given(id), { type: "completed", result: null });
    }
    const limited = await why(last);
    expect(limited).toMatchObject({ code: "queue-limit", position: { position: 2, of: 2 } });
    expect(limited.etaMs).toBeUndefined();
    expect(limited.sentence).toBe("The queue slow runs 1 of at most 1 tasks. Position 2 of 2.");
    const holder = await world.submit({ concurrency: { key: "nas", limit: 1 } });
    await world.journal.given(holder);
    const keyed = await why(await world.submit({ concurrency: { key: "nas", limit: 1 } }));
    expect(keyed.code).toBe("key");
    expect(keyed.position).toBeUndefined();
  });
});

describe("after a restart", () => {
  it("a rate lets no more through than before", async () => {
    await world.runner({ slots: 10 });
    await change("q", { type: "configure", settings: { rate: { limit: 2, perMs: 600_000 } } });
    const ids = await Promise.all(Array.from({ length: 4 }, () => world.submit({ queue: "q" })));
    await world.journal.given(null, 2);
    await world.restart();
    const marker = await world.submit({ queue: "other" });
    await world.journal.given(marker);
    expect(
      world.journal.taskFacts().filter((fact) => isGiven(fact) && ids.includes(fact.taskId)),
    ).toHaveLength(2);
    expect((await why(ids[3] ?? "")).code).toBe("queue-rate");
  });

  it("a plan too large for a fact still locks its items", async () => {
    const PLANS = { ...SLEEP, type: "plans", plans: true, itemLock: "container" };
    const runner = await world.runner({ slots: 5, types: [SLEEP, PLANS] });
    const items = Array.from({ length: 1_500 }, (_, at) => ({
      id: `${at}`.padStart(64, "0"),
      name: `c${at}`,
    }));
    const planned = async (own: typeof items): Promise<string> => {
      const id = await world.submit({ type: "plans" });
      const assigned = await world.journal.given(id);
      await runner.report(assigned, { type: "planned", plan: { items: own } });
      return id;
    };
    const holder = await planned(items);
    await world.journal.given(holder, 2);
    await world.restart();
    const second = await planned(items.slice(-1));
    const blocked = await world.journal.next(second, "blocked");
    expect(blocked.data["on"]).toMatchObject({ kind: "lock", holder });
    const assigned = await world.journal.given(holder, 2);
    await runner.report(assigned, { type: "completed", result: null });
    await world.journal.given(second, 2);
  });
});

describe("pressure", () => {
  it("is believed of a monitor only", async () => {
    const runner = await world.runner();
    const body = { host: "h", reason: "Host h: CPU 99 % > 80 %." };
    const told = (connection: typeof runner.connection, reporter: string) =>
      ask<ReportReply>(connection, reportSubject(reporter, "pressure"), { runner: reporter, ...body }, 5_000);
    expect(await told(runner.connection, "local")).toMatchObject({ ok: false, code: "invalid" });
    const { nats } = world;
    const monitor = await connectNats({ url: nats.url, seedFile: nats.seedFile("monitor"), user: "monitor" });
    expect(await told(monitor, "monitor")).toMatchObject({ ok: true });
    await monitor.close();
    const [first, second] = [await world.submit(), await world.submit()];
    await world.journal.given(first);
    expect(await why(second)).toMatchObject({ code: "pressure" });
    expect((await why(second)).sentence).toContain(body.reason);
    const other = (await world.edge.submit()) as WishReply;
    expect(other.ok).toBe(true);
  });
});
