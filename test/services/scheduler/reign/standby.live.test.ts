import { Kvm } from "@nats-io/kv";
import { describe, expect, it } from "vitest";
import { streamExtent } from "#infra/nats/follow.ts";
import { LEASE_TTL_MS } from "#infra/nats/lease.ts";
import { LEASE_BUCKET, JOURNAL } from "#schema/subjects.ts";
import { startTcpProxy } from "../../../support/tcp-proxy.ts";
import { until } from "../../../support/until.ts";
import { aSchedulerProcess } from "../program.ts";
import { aScout, edge, ends, journal, nats, onServersOfTheirOwn, readAnew } from "../scheduler-processes.ts";
import {
  anAdmin,
  epochs,
  epochsReach,
  expectOneWriterAtATime,
  served,
  SLACK_MS,
  timeToServe,
} from "./a-reign.ts";

/** What is promised: the lease, and one second. */
const TAKE_OVER_MS = LEASE_TTL_MS + 1_000;

onServersOfTheirOwn();

/** When a leader that does nothing more renewed its lease last: ms by the clock of nats-server, which also stamps facts. */
const lastRenewal = async (): Promise<() => number> => {
  const kv = await new Kvm(await anAdmin()).open(LEASE_BUCKET);
  const before = await kv.get("leader");
  let renewed = before?.created.getTime() ?? 0;
  // The answer to what was sent before it stood still may come later than that.
  const looking = setInterval(() => {
    const looked = kv.get("leader").then((entry) => {
      if (entry?.operation === "PUT" && entry.string() === before?.string())
        renewed = entry.created.getTime();
    });
    // The test may end, and its connection with it, before there is an answer.
    looked.catch(() => undefined);
  }, 50);
  ends.push(() => clearInterval(looking));
  return () => renewed;
};

/** When the first fact of this reign was stored. */
const reignBegan = (epoch: number): number => {
  const first = journal.facts.find(({ fact }) => fact.type === "epoch" && fact.epoch === epoch);
  return Number((first?.message.timestampNanos ?? 0n) / 1_000_000n);
};

describe("two schedulers", () => {
  it("started at once: one leads, the other stands by and answers nothing", async () => {
    const both = await Promise.all([aSchedulerProcess(nats), aSchedulerProcess(nats)]);
    await aScout();
    for (let i = 0; i < 20; i += 1) expect(await edge.submit()).toMatchObject({ ok: true });
    await journal.next(null, "submitted", 20);
    expect(epochs()).toEqual([1]);
    expect(both.filter((one) => one.said().includes("standing by"))).toHaveLength(1);
    expect(both.every((one) => one.running())).toBe(true);
    expectOneWriterAtATime();
  });

  it("one killed with SIGKILL: the other has all its tasks and serves at once, since it sees the dead process", async () => {
    const leader = await aSchedulerProcess(nats);
    await aScout();
    await aSchedulerProcess(nats);
    const first = await edge.submit({ idempotencyKey: "k" });
    await leader.kill9();
    const took = await timeToServe();
    expect(took).toBeLessThan(1_000 + SLACK_MS);
    expect(await edge.submit({ idempotencyKey: "k" })).toMatchObject({
      ok: true,
      taskId: first.ok && first.taskId,
      repeated: true,
    });
    expect(await epochsReach(2)).toEqual([1, 2]);
    expectOneWriterAtATime();
  });

  it("both go on when nats-server was killed and came back, and the one that stands by has missed nothing", async () => {
    const leader = await aSchedulerProcess(nats);
    await aScout();
    const second = await aSchedulerProcess(nats);
    expect(await served()).toBe(true);
    await nats.kill9();
    await nats.restart();
    await timeToServe();
    const kept = await edge.submit({ idempotencyKey: "after" });
    expect([leader.running(), second.running()]).toEqual([true, true]);
    // Whichever leads now: lease and all were away for a moment.
    const leads = second.said().includes('"recovered"') ? second : leader;
    await leads.kill9();
    expect(await timeToServe()).toBeLessThan(TAKE_OVER_MS + SLACK_MS);
    expect(await edge.submit({ idempotencyKey: "after" })).toMatchObject({
      repeated: true,
      taskId: kept.ok && kept.taskId,
    });
    await journal.stop();
    await readAnew();
    const { last } = await streamExtent(edge.connection, JOURNAL);
    await until("the journal is read", () => journal.facts.length >= last);
    expectOneWriterAtATime();
  });

  it("one stopped in order: the other serves at once", async () => {
    const leader = await aSchedulerProcess(nats);
    await aScout();
    await aSchedulerProcess(nats);
    expect(await leader.stop()).toBe(0);
    expect(await timeToServe()).toBeLessThan(1_000 + SLACK_MS);
    expect(await epochsReach(2)).toEqual([1, 2]);
  });

  it("one stands still past its lease: the other serves within lease and a second, and the first writes nothing afterwards and ends", async () => {
    const leader = await aSchedulerProcess(nats);
    await aScout();
    await aSchedulerProcess(nats);
    const soon = Array.from({ length: 20 }, () =>
      edge.submit({ runAt: new Date(Date.now() + 1_000).toISOString() }),
    );
    await Promise.all(soon);
    leader.signal("SIGSTOP");
    expect(await timeToServe()).toBeLessThan(TAKE_OVER_MS + SLACK_MS);
    expect(await epochsReach(2)).toEqual([1, 2]);
    leader.signal("SIGCONT");
    expect(await leader.ended).toBe(1);
    expect(leader.said()).toMatch(/leads now|Another scheduler/);
    for (let i = 0; i < 10; i += 1) expect(await served()).toBe(true);
    const { last } = await streamExtent(edge.connection, JOURNAL);
    await until("the journal is read", () => journal.facts.length === last);
    expectOneWriterAtATime();
    expect(journal.taskFacts().filter(({ type }) => type === "released")).toHaveLength(20);
  });

  it(
    "one stands still: by the server's clock the next reign begins within lease and a second of its last renewal",
    { timeout: 120_000 },
    async () => {
      let leader = await aSchedulerProcess(nats);
      await aScout();
      const took: number[] = [];
      for (let round = 1; round <= 3; round += 1) {
        const next = await aSchedulerProcess(nats);
        leader.signal("SIGSTOP");
        const renewed = await lastRenewal();
        await epochsReach(round + 1);
        took.push(reignBegan(round + 1) - renewed());
        await leader.kill9();
        leader = next;
      }
      // It is never shorter than the lease, or this measures nothing.
      expect(Math.min(...took)).toBeGreaterThanOrEqual(LEASE_TTL_MS);
      expect(took.toSorted((a, b) => a - b)[1]).toBeLessThanOrEqual(TAKE_OVER_MS);
    },
  );

  it("one cut off from NATS: the other serves within lease and a second, and the first ends when it is back", async () => {
    const proxy = await startTcpProxy(nats.port);
    ends.push(() => proxy.close());
    const leader = await aSchedulerProcess(nats, `nats://127.0.0.1:${proxy.port}`);
    await aScout();
    await aSchedulerProcess(nats);
    expect(await served()).toBe(true);
    // Connections that carry nothing, as when a cable is pulled.
    proxy.pause();
    expect(await timeToServe()).toBeLessThan(TAKE_OVER_MS + SLACK_MS);
    await until("it left off by itself", () => leader.said().includes("not renewed in time"));
    proxy.resume();
    expect(await leader.ended).toBe(1);
    expect(await epochsReach(2)).toEqual([1, 2]);
    expect(await served()).toBe(true);
    expectOneWriterAtATime();
  });

  it("change places again and again with no wish refused but in the moment between them", async () => {
    let present = await aSchedulerProcess(nats);
    await aScout();
    let going = true;
    const gaps: number[] = [];
    const asking = (async () => {
      let since: number | undefined;
      while (going) {
        const asked = performance.now();
        const ok = await served();
        if (!ok) since ??= asked;
        if (ok && since !== undefined) {
          gaps.push(performance.now() - since);
          since = undefined;
        }
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    })();
    for (let round = 1; round <= 3; round += 1) {
      const next = await aSchedulerProcess(nats);
      await present.stop();
      present = next;
      await epochsReach(round + 1);
    }
    await until("the last one serves", served);
    going = false;
    await asking;
    expect(epochs()).toEqual([1, 2, 3, 4]);
    expect(gaps.length).toBeLessThanOrEqual(3);
    expect(Math.max(0, ...gaps)).toBeLessThan(1_000 + SLACK_MS);
    expectOneWriterAtATime();
  });
});
