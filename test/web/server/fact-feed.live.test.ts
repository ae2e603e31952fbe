import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { feedFacts } from "../../../web/server/stream/fact-feed.ts";
import type { Outbox } from "../../../web/server/stream/outbox.ts";
import { openTail } from "../../../web/server/tail.ts";
import { openTestJournal } from "../../support/a-journal.ts";
import { until } from "../../support/until.ts";
import { anEdge, type TestEdge } from "./an-edge.ts";

let edge: TestEdge;

beforeAll(async () => {
  edge = await anEdge();
});
afterAll(() => edge.stop());

/** A client that reads only when it is told to. */
const aSlowOutbox = () => {
  const sent: string[] = [];
  let reading = (): void => undefined;
  let reads = false;
  const out: Outbox = {
    send: (frame) => void sent.push(frame.toString()),
    congested: false,
    ended: false,
    drained: () => (reads ? Promise.resolve() : new Promise((resolve) => (reading = resolve))),
    end: () => undefined,
  };
  return {
    out,
    seqs: () =>
      sent
        .filter((frame) => frame.startsWith("event: fact"))
        .map((frame) => Number(/id: (\d+)/.exec(frame)?.[1])),
    resets: () => sent.filter((frame) => frame.startsWith("event: reset")),
    read: () => {
      reads = true;
      reading();
    },
  };
};

describe("the feed of facts", () => {
  it("goes back to the journal for a client so slow that its place left the ring", async () => {
    const journal = openTestJournal(await edge.connect("scheduler"));
    const connection = await edge.connect("web");
    const log = pino({ level: "silent" });
    const fail = (error: unknown): void => {
      throw error;
    };
    const tail = openTail({
      connection,
      log,
      from: 1,
      listeners: [],
      fail,
      keep: { facts: 300, bytes: 1e9 },
    });
    for (let count = 0; count < 280; count += 1) await journal.submit();
    await until("the tail", () => tail.last === 280);

    const slow = aSlowOutbox();
    const feed = feedFacts({ tail, connection, log }, { from: "ring", after: 0 }, slow.out);
    await until("the first chunk", () => slow.seqs().length === 200);
    for (let count = 0; count < 400; count += 1) await journal.submit();
    await until("the tail to move on", () => tail.last === 680);
    expect(tail.since(200)).toBeNull();
    slow.read();
    await until("all facts", () => slow.seqs().length >= 680);
    await journal.submit();
    await until("the live one", () => slow.seqs().length >= 681);
    expect(slow.seqs()).toEqual(Array.from({ length: 681 }, (_, index) => index + 1));
    expect(slow.resets()).toEqual([]);
    feed.stop();
    tail.stop();
  });
});
