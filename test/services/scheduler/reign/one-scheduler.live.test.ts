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
import { until } from "../../../support/until.ts";
import { aSchedulerProcess } from "../program.ts";
import { aScout, edge, ends, journal, nats, onServersOfTheirOwn } from "../scheduler-processes.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { anAdmin, epochs, epochsReach, expectOneWriterAtATime, served, timeToServe } from "./a-reign.ts";

onServersOfTheirOwn();

describe("one scheduler", () => {
  it("refuses a server where leases would never run out, or that has no place for them", async () => {
    const admin = await anAdmin();
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
    const admin = await anAdmin();
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
