import { Kvm } from "@nats-io/kv";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { systemClock } from "#infra/clock.ts";
import { systemIds } from "#infra/ids.ts";
import { connectNats } from "#infra/nats/connect.ts";
import { streamExtent } from "#infra/nats/follow.ts";
import { LEASE_TTL_MS } from "#infra/nats/lease.ts";
import { LEASE_BUCKET, JOURNAL } from "#schema/subjects.ts";
import { hashOf } from "../../../../services/scheduler/journal/seal.ts";
import { openReign } from "../../../../services/scheduler/reign/opening.ts";
import { aScheduler } from "../../../support/a-scheduler.ts";
import { startTcpProxy } from "../../../support/tcp-proxy.ts";
import { until } from "../../../support/until.ts";
import { aSchedulerProcess } from "../program.ts";
import { aScout, edge, ends, journal, nats, onServersOfTheirOwn, readAnew } from "../scheduler-processes.ts";
import { provisioned } from "../../../support/provisioned.ts";

/** Until a wish is answered, on a busy machine with two processors. The promise itself is measured below, by the server's clock. */
const SLACK_MS = 2_000;

/** What is promised: the lease, and one second. */
const TAKE_OVER_MS = LEASE_TTL_MS + 1_000;

onServersOfTheirOwn();

const served = async (): Promise<boolean> => (await edge.submit().catch(() => undefined))?.ok === true;

/** Milliseconds until a wish is taken. A new one every 50 ms: one that asks a leader who stands still would wait in vain. */
const timeToServe = async (): Promise<number> => {
  const began = performance.now();
  let taken: number | undefined;
  const ask = async (): Promise<void> => {
    if (await served()) taken ??= performance.now() - began;
  };
  const asking = setInterval(() => void ask(), 50);
  try {
    return await until("a wish is taken", () => taken, 30_000);
  } finally {
    clearInterval(asking);
  }
};

/** When a leader that does nothing more renewed its lease last: ms by the clock of nats-server, which also stamps facts. */
const lastRenewal = async (): Promise<() => number> => {
  const admin = await connectNats({
    url: nats.url,
    seedFile: nats.seedFile("provisioner"),
    user: "provisioner",
  });
  ends.push(() => admin.close());
  const kv = await new Kvm(admin).open(LEASE_BUCKET);
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

const epochs = (): number[] =>
  journal.facts.flatMap(({ fact }) => (fact.type === "epoch" ? [fact.epoch] : []));

const epochsReach = (count: number) =>
  until(`epoch ${count}`, () => epochs().length >= count && epochs(), 30_000);

/** No fact of an older reign behind the first of a newer one, and nothing missing or doubled. */
const expectOneWriterAtATime = (): void => {
  const written = journal.facts.map(({ fact }) => fact.epoch);
  expect(written).toEqual(written.toSorted((a, b) => a - b));
  journal.facts.forEach(({ seq, fact }, index) => {
    expect(seq).toBe(index + 1);
    const before = journal.facts[index - 1];
    if (before) expect(fact.chain.stream).toBe(hashOf(before.message.data));
  });
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

describe("one scheduler", () => {
  it("refuses a server where leases would never run out, or that has no place for them", async () => {
    const admin = await connectNats({
      url: nats.url,
      seedFile: nats.seedFile("provisioner"),
      user: "provisioner",
    });
    ends.push(() => admin.close());
    await (await new Kvm(admin).open(LEASE_BUCKET)).destroy();
    await expect(aScheduler(nats)).rejects.toThrow(/no bucket LEASE/);
    await new Kvm(admin).create(LEASE_BUCKET, { history: 1 });
    await expect(aScheduler(nats)).rejects.toThrow(/no age limit/);
  });

  it("killed with SIGKILL and started again on the same machine leads without waiting for its own lease", async () => {
    const first = await aSchedulerProcess(nats);
    await aScout();
    await first.kill9();
    const began = performance.now();
    await aSchedulerProcess(nats);
    expect(await served()).toBe(true);
    expect(performance.now() - began).toBeLessThan(LEASE_TTL_MS - 1_000);
    expect(await epochsReach(2)).toEqual([1, 2]);
  });

  it("goes on as the same reign when it stood still past its lease and nobody took its place", async () => {
    const alone = await aSchedulerProcess(nats);
    await aScout();
    alone.signal("SIGSTOP");
    const stopped = performance.now();
    await until("its lease ran out", () => performance.now() - stopped > LEASE_TTL_MS + 500);
    alone.signal("SIGCONT");
    await timeToServe();
    expect(alone.running()).toBe(true);
    expect(epochs()).toEqual([1]);
  });

  it("leaves off while the lease's bucket is gone, and goes on when it is made again", async () => {
    const alone = await aSchedulerProcess(nats);
    await aScout();
    const admin = await connectNats({
      url: nats.url,
      seedFile: nats.seedFile("provisioner"),
      user: "provisioner",
    });
    ends.push(() => admin.close());
    const kv = await new Kvm(admin).open(LEASE_BUCKET);
    await kv.destroy();
    await until("it left off", () => alone.said().includes("not renewed in time"));
    const refused = (): Promise<boolean> =>
      edge.submit().then(
        () => false,
        (error: unknown) => error instanceof Error && error.message.includes("no responders"),
      );
    await until("nobody answers", refused, 30_000);
    await provisioned(nats);
    await timeToServe();
    expect(alone.running()).toBe(true);
    expect(epochs()).toEqual([1]);
  });

  it("steps down when somebody else writes into its journal, and one that stands by follows", async () => {
    const scheduler = await aScheduler(nats);
    ends.push(scheduler.stop);
    await aScout();
    const second = await aScheduler(nats);
    ends.push(second.stop);
    const intruder = await connectNats({
      url: nats.url,
      seedFile: nats.seedFile("scheduler"),
      user: "scheduler",
    });
    ends.push(() => intruder.close());
    const { last } = await streamExtent(edge.connection, JOURNAL);
    const end = await until("its last fact", () => journal.facts[last - 1]);
    const start = { seq: last, hash: hashOf(end.message.data) };
    const log = pino({ level: "silent" });
    const [clock, ids, fenced] = [systemClock, systemIds, () => undefined];
    await openReign({ connection: intruder, log, clock, ids, start, epoch: 2, fenced });
    await until("the first one steps down", async () => {
      await served();
      return scheduler.failures.length > 0;
    });
    expect(String(scheduler.failures[0])).toContain("Another scheduler writes the journal");
    await timeToServe();
    expect(await epochsReach(3)).toEqual([1, 2, 3]);
    expect(second.failures).toEqual([]);
    expectOneWriterAtATime();
  });
});
