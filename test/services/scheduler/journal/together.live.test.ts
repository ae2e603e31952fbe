import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { GENESIS } from "#schema/envelope.ts";
import { type Journal, openJournal } from "../../../../services/scheduler/journal/journal.ts";
import { aReader } from "../../../support/a-scheduler.ts";
import { provisioned } from "../../../support/provisioned.ts";
import { startNats, type TestNats } from "../../../support/stack.ts";
import { until } from "../../../support/until.ts";

let nats: TestNats;
let connection: NatsConnection;
let journal: Journal;
let ids = 0;

beforeEach(async () => {
  nats = await provisioned(await startNats());
  connection = await connectNats({ url: nats.url, seedFile: nats.seedFile("scheduler"), user: "scheduler" });
  journal = openJournal({
    connection,
    log: pino({ level: "silent" }),
    start: { seq: 0, hash: GENESIS },
    fenced: (error) => {
      throw error;
    },
  });
});
afterEach(async () => {
  await connection.close();
  await nats.stop();
});

const write = (count: number, together?: string): void => {
  for (let written = 0; written < count; written += 1) {
    const about = { v: 1, type: "left", runner: "r", actor: SCHEDULER, reason: null, cause: null } as const;
    const fact = { ...about, id: `fact-${++ids}`, at: "2026-11-21T08:00:00.000Z", epoch: 1, data: {} };
    journal.write(
      fact,
      { queue: "", previous: null, ...(together === undefined ? {} : { together }) },
      () => undefined,
    );
  }
};

/** The batch that each stored fact came in, in order; null for one that came by itself. */
const batches = async (count: number): Promise<(string | null)[]> => {
  await journal.settled();
  const reader = await aReader(connection);
  await until("all facts", () => reader.facts.length === count);
  await reader.stop();
  return reader.facts.map(({ message }) => message.headers?.get("Nats-Batch-Id") || null);
};

describe("facts that belong together", () => {
  it("are stored as one, however few", async () => {
    write(3, "graph");
    const [first, ...others] = await batches(3);
    expect(first).not.toBeNull();
    expect(others).toEqual([first, first]);
  });

  it("are never cut in two by the end of a commit", async () => {
    write(999);
    write(3, "graph");
    write(1);
    const stored = await batches(1_003);
    expect(new Set(stored.slice(0, 999)).size).toBe(1);
    expect(new Set(stored.slice(999, 1_002)).size).toBe(1);
    expect(stored[999]).not.toBe(stored[998]);
  });

  it("fill a commit when they are as many as one takes", async () => {
    write(5);
    write(1_000, "graph");
    const stored = await batches(1_005);
    expect(new Set(stored.slice(5)).size).toBe(1);
    expect(stored[5]).not.toBe(stored[4]);
  });
});
