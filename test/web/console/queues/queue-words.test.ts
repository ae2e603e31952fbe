import { expect, test } from "vitest";
import { openQueue } from "#schema/queue.ts";
import type { QueueRow } from "#schema/record-api.ts";
import {
  limitWords,
  queueDraft,
  rateWords,
  reachedWords,
  settingsOf,
} from "../../../../web/console/src/queues/queue-words.ts";

const row = (part: Partial<QueueRow> = {}): QueueRow => ({
  ...openQueue("nas"),
  seq: 1,
  counts: {},
  depth: { critical: 0, high: 0, normal: 3, low: 0, background: 0 },
  waiting: 3,
  active: 2,
  limits: [],
  ...part,
});

test("a rate is told in the span it was given in", () => {
  expect(rateWords({ limit: 30, perMs: 60_000 })).toBe("30 starts per minute");
  expect(rateWords({ limit: 1, perMs: 86_400_000 })).toBe("1 start per day");
  expect(rateWords({ limit: 5, perMs: 10_000 })).toBe("5 starts per 10 s");
});

test("all limits stand in one line, and their absence is said", () => {
  expect(limitWords(row())).toBe("No limits of its own");
  expect(limitWords(row({ concurrency: 2, rate: { limit: 30, perMs: 60_000 }, preempts: true }))).toBe(
    "2 at a time · 30 starts per minute · the important may pause the less important",
  );
});

test("one sentence says what holds a queue back, and none when nothing waits for it", () => {
  const reason = "The queue nas runs 2 of at most 2 tasks.";
  const limits = [{ id: "queue:nas", reached: true, reason, since: "2026-11-21T08:00:00.000Z", seq: 9 }];
  expect(reachedWords(row({ limits }))).toBe(reason);
  expect(reachedWords(row({ limits, waiting: 0 }))).toBe("");
  expect(reachedWords(row({ limits, state: "paused" }))).toBe("Nothing of it starts until it is resumed.");
  expect(reachedWords(row({ state: "draining" }))).toContain("finishes what it has");
});

test("what the form shows is what it sends, and an emptied field takes the limit away", () => {
  const queue = row({ concurrency: 4, rate: { limit: 5, perMs: 10_000 }, preempts: true });
  expect(settingsOf(queueDraft(queue))).toEqual({
    concurrency: 4,
    rate: { limit: 5, perMs: 10_000 },
    preempts: true,
  });
  expect(settingsOf({ ...queueDraft(queue), concurrency: null, rateLimit: null })).toEqual({
    concurrency: null,
    rate: null,
    preempts: true,
  });
});
