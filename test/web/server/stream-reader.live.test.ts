import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { connectNats, type NatsConnection } from "#infra/nats/connect.ts";
import { readStream } from "../../../web/server/stream-reader.ts";
import { isStreamInfo, type NatsProxy, startNatsProxy } from "../../support/nats-proxy.ts";
import { startNats, type TestNats } from "../../support/stack.ts";
import { until } from "../../support/until.ts";

let nats: TestNats;
let proxy: NatsProxy;
let writer: NatsConnection;
let reading: NatsConnection;

beforeAll(async () => {
  nats = await startNats({ permissions: false });
  proxy = await startNatsProxy(Number(new URL(nats.url).port), isStreamInfo);
  writer = await connectNats({ url: nats.url, seedFile: null, user: "writer" });
  reading = await connectNats({ url: `nats://127.0.0.1:${proxy.port}`, seedFile: null, user: "reader" });
  await (await jetstreamManager(writer)).streams.add({ name: "S", subjects: ["s"] });
});
afterAll(async () => {
  proxy.release();
  await reading.close();
  await writer.close();
  await proxy.close();
  await nats.stop();
});

const write = async (count: number): Promise<void> => {
  for (let each = 0; each < count; each += 1) await jetstream(writer).publish("s", "x");
};

it("an answer about the stream's end that comes late, after more of it was read, does not look like another stream", async () => {
  const ends: number[] = [];
  const seqs: number[] = [];
  const reader = readStream({
    connection: reading,
    stream: "S",
    from: 1,
    log: pino({ level: "silent" }),
    each: ({ seq }) => void seqs.push(seq),
    behind: (end) => {
      ends.push(end);
      return undefined;
    },
  });
  await write(5);
  await until("the first five", () => reader.read === 5);
  proxy.holding = true;
  await until("a question about the end", () => proxy.held() > 0);
  await write(5);
  await until("five more, while the answer is under way", () => reader.read === 10);
  proxy.holding = false;
  proxy.release();
  await until("the answer to the next question", () => reader.end === 10);
  expect(ends).toEqual([]);
  expect(seqs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  reader.stop();
});

it("a stream that ends before what was read of it is another one", async () => {
  const ends: number[] = [];
  const reader = readStream({
    connection: reading,
    stream: "S",
    from: 100,
    log: pino({ level: "silent" }),
    each: () => undefined,
    behind: (end) => {
      ends.push(end);
      return undefined;
    },
  });
  await until("the difference", () => ends.length > 0);
  expect(ends[0]).toBe(10);
  reader.stop();
});
