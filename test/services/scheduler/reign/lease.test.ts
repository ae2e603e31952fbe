import { spawnSync } from "node:child_process";
import { pino } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LEASE_TTL_MS, type LeaseStore } from "#infra/nats/lease.ts";
import { createLease, type Holder, holderOf } from "../../../../services/scheduler/reign/lease.ts";

/** The store as the server keeps it, without its age limit. */
const onPaper = () => {
  let entry: { holder: Holder; revision: number } | null = null;
  let revision = 0;
  let away = false;
  const put = async (holder: Holder, expected: number): Promise<number | null> => {
    if (away) throw new Error("no answer");
    if ((entry?.revision ?? 0) !== expected) return null;
    revision += 1;
    entry = { holder, revision };
    return revision;
  };
  const store: LeaseStore<Holder> = {
    read: async () => {
      if (away) throw new Error("no answer");
      return entry;
    },
    create: (holder) => put(holder, 0),
    replace: put,
    remove: async (known) => {
      if (entry?.revision === known) entry = null;
    },
  };
  return {
    store,
    holder: () => entry?.holder,
    forget: () => void (entry = null),
    setAway: (now: boolean) => void (away = now),
  };
};

let paper: ReturnType<typeof onPaper>;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  paper = onPaper();
});
afterEach(() => {
  vi.useRealTimers();
});

let now = 0;
const clock = { now: () => now, monotonic: () => now };
const pass = async (ms: number): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 100) {
    now += 100;
    await vi.advanceTimersByTimeAsync(100);
  }
};

const aLease = (holder: Holder) => {
  const events: string[] = [];
  const lease = createLease({
    store: paper.store,
    holder,
    clock,
    log: pino({ level: "silent" }),
    events: {
      expired: () => void events.push("expired"),
      regained: () => void events.push("regained"),
      lost: (to) => void events.push(`lost to ${to.id}`),
    },
  });
  return { ...lease, events };
};

const here = (id: string): Holder => holderOf(id, "host");

/** A process of this machine that has ended. */
const dead = (id: string): Holder => ({ ...here(id), pid: spawnSync("true").pid });

it("is one scheduler's for as long as it renews it", async () => {
  const [first, second] = [aLease(here("first")), aLease(here("second"))];
  expect(await first.take()).toBe(true);
  for (let round = 0; round < 5; round += 1) {
    await pass(LEASE_TTL_MS);
    expect(first.stands()).toBe(true);
    expect(await second.take()).toBe(false);
  }
  await first.release();
  expect(first.stands()).toBe(false);
  expect(await second.take()).toBe(true);
  expect(first.events).toEqual([]);
});

it("stops standing a second before others may have it when renewals are not answered, and comes back with them", async () => {
  const lease = aLease(here("first"));
  await lease.take();
  await pass(1_000);
  paper.setAway(true);
  await pass(LEASE_TTL_MS - 1_200);
  expect(lease.stands()).toBe(true);
  await pass(300);
  expect(lease.stands()).toBe(false);
  expect(lease.events).toEqual(["expired"]);
  paper.setAway(false);
  await pass(1_200);
  expect(lease.stands()).toBe(true);
  expect(lease.events).toEqual(["expired", "regained"]);
});

it("does not stand any more in the very moment in which a stopped process wakes", async () => {
  const lease = aLease(here("first"));
  await lease.take();
  now += LEASE_TTL_MS;
  expect(lease.stands()).toBe(false);
});

it("is taken back when its entry is gone, and is lost when somebody else's stands there", async () => {
  const lease = aLease(here("first"));
  await lease.take();
  paper.forget();
  await pass(1_200);
  expect(lease.events).toEqual(["regained"]);
  paper.forget();
  await paper.store.create({ ...here("second"), home: "elsewhere" });
  await pass(1_200);
  expect(lease.events).toEqual(["regained", "lost to second"]);
  expect(lease.stands()).toBe(false);
});

it("is taken at once from a dead process of the same machine, and from no other", async () => {
  await paper.store.create({
    ...dead("first"),
    home: "another machine, where this number means another process",
  });
  expect(await aLease(here("second")).take()).toBe(false);
  paper.forget();
  await paper.store.create(here("alive"));
  expect(await aLease(here("second")).take()).toBe(false);
  paper.forget();
  await paper.store.create(dead("first"));
  expect(await aLease(here("second")).take()).toBe(true);
  expect(paper.holder()?.id).toBe("second");
});

it("is taken from a process whose number is another's by now", async () => {
  await paper.store.create({ ...here("first"), since: "another boot:1" });
  expect(await aLease(here("second")).take()).toBe(true);
});
