import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { afterAll, beforeAll, expect, it } from "vitest";
import { waitUntil } from "#infra/embedded/wait-until.ts";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { type Batches, readBatches } from "../../../services/projector/batch.ts";
import { startNats, type TestNats } from "../../support/stack.ts";

const MESSAGES = 4_000;

let nats: TestNats;
let connection: NatsConnection;
beforeAll(async () => {
  nats = await startNats({ permissions: false });
  connection = await connectNats({ url: nats.url, seedFile: null, user: "test" });
  await (await jetstreamManager(connection)).streams.add({ name: "S", subjects: ["s"] });
  const js = jetstream(connection);
  await Promise.all(Array.from({ length: MESSAGES }, (_, index) => js.publish("s", `${index + 1}`)));
});
afterAll(async () => {
  await connection.close();
  await nats.stop();
});

const readUpTo = async (batches: Batches, last: number): Promise<number[][]> => {
  const read: number[][] = [];
  while (read.at(-1)?.at(-1) !== last) {
    const messages = await batches.next();
    if (messages === undefined) throw new Error("it was interrupted");
    read.push(messages.map(({ seq }) => seq));
  }
  await batches.stop();
  return read;
};

const all = Array.from({ length: MESSAGES }, (_, index) => index + 1);

it("a backlog comes in full batches, in order, each message once", async () => {
  const batches = await readBatches(connection, { stream: "S", from: 1, most: 300, linger: 50 });
  const read = await readUpTo(batches, MESSAGES);
  expect(read.flat()).toEqual(all);
  expect(Math.max(...read.map((batch) => batch.length))).toBe(300);
});

it("a slow reader leaves the backlog on the server, and can be stopped with it still there", async () => {
  const batches = await readBatches(connection, { stream: "S", from: 1, most: 40, linger: 5 });
  const consumer = async () => {
    const all = await (await jetstreamManager(connection)).consumers.list("S").next();
    return all.toSorted((a, b) => b.created.localeCompare(a.created))[0];
  };
  await waitUntil(async () => ((await consumer())?.delivered.stream_seq ?? 0) >= 80, { within: 5_000 });
  expect((await batches.next())?.length).toBe(40);
  // The client asks for a thousand at a time.
  expect((await consumer())?.num_pending).toBeGreaterThanOrEqual(MESSAGES - 1_100);
  await batches.stop();
  expect(await batches.next()).toBeUndefined();
});

it("a slow reader misses and repeats nothing", async () => {
  const batches = await readBatches(connection, { stream: "S", from: 1, most: 10, linger: 1 });
  expect((await readUpTo(batches, MESSAGES)).flat()).toEqual(all);
});

it("a single message does not wait for company longer than it should", async () => {
  const batches = await readBatches(connection, { stream: "S", from: MESSAGES, most: 100, linger: 30 });
  expect(await readUpTo(batches, MESSAGES)).toEqual([[MESSAGES]]);
});

it("an interruption ends a reader that waits for a message that does not come", async () => {
  const batches = await readBatches(connection, { stream: "S", from: MESSAGES + 1, most: 100, linger: 30 });
  const waiting = batches.next();
  batches.interrupt();
  expect(await waiting).toBeUndefined();
  expect(await batches.next()).toBeUndefined();
  await batches.stop();
});
