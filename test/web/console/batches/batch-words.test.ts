import { expect, test } from "vitest";
import type { BatchAction, BatchOutlook } from "#schema/batch.ts";
import type { BatchRow } from "#schema/record-api.ts";
import { batchHeard } from "../../../../web/console/src/batches/batch-heard.ts";
import {
  askWords,
  batchCounts,
  batchTitle,
  canUndo,
  outlookWords,
  wantsNumber,
} from "../../../../web/console/src/batches/batch-words.ts";

const outlook = (can: number, cannot: number): BatchOutlook => ({ can, cannot, reasons: [], refused: [] });

const batch = (part: Partial<BatchRow> = {}): BatchRow => ({
  id: "b-1",
  action: { type: "pause" },
  state: "running",
  by: { kind: "user", id: "ana" },
  rights: ["operate"],
  reason: null,
  at: "2026-11-21T08:00:00.000Z",
  ratePerS: null,
  counts: { total: 226, seen: 200, done: 190, refused: 10 },
  finishedAt: null,
  seq: 40,
  ...part,
});

test("the preview says how many can and how many cannot", () => {
  expect(outlookWords({ type: "pause" }, outlook(212, 14))).toBe("212 can be paused, 14 cannot.");
  expect(outlookWords({ type: "cancel" }, outlook(1_204, 0))).toBe("All 1,204 can be cancelled.");
  expect(outlookWords({ type: "retry" }, outlook(0, 1))).toBe("None of 1 task can be retried.");
  expect(outlookWords({ type: "resume" }, outlook(1, 0))).toBe("It can be resumed.");
});

test("the question names the new priority and the new moment", () => {
  expect(askWords({ type: "reprioritise", priority: "high" }, 3)).toBe("Reprioritise 3 tasks to high");
  expect(askWords({ type: "delay", runAt: "2026-11-22T07:00:00.000Z" }, 1)).toMatch(
    /^Delay 1 task until 22 Nov 2026/,
  );
});

test("a batch tells what it does, what it did, and that it was stopped", () => {
  expect(batchTitle(batch())).toBe("Pausing 226 tasks");
  expect(batchCounts(batch())).toBe("190 done, 10 refused, 26 to go");
  const done = { total: 226, seen: 226, done: 216, refused: 10 };
  expect(batchTitle(batch({ state: "finished", counts: done }))).toBe("Paused 216 of 226 tasks");
  expect(batchTitle(batch({ state: "cancelled" }))).toBe("Stopped: pause 226 tasks");
  expect(batchCounts(batch({ state: "cancelled" }))).toBe("190 done, 10 refused, 26 left alone");
});

test.each<[BatchAction, boolean]>([
  [{ type: "pause" }, true],
  [{ type: "reprioritise", priority: "low" }, true],
  [{ type: "delay", runAt: "2026-11-22T07:00:00.000Z" }, true],
  [{ type: "cancel" }, false],
  [{ type: "retry" }, false],
  [{ type: "resume" }, false],
  [{ type: "undo", batch: "b-0" }, false],
])("a finished batch of %j is offered its way back only where there is one", (action, offered) => {
  expect(canUndo(batch({ action, state: "finished" }))).toBe(offered);
  expect(canUndo(batch({ action }))).toBe(false);
  const nothing = { total: 3, seen: 3, done: 0, refused: 3 };
  expect(canUndo(batch({ action, state: "finished", counts: nothing }))).toBe(false);
});

test("only cancelling many wants the number typed", () => {
  expect(wantsNumber({ type: "cancel" }, outlook(51, 0))).toBe(true);
  expect(wantsNumber({ type: "cancel" }, outlook(50, 900))).toBe(false);
  expect(wantsNumber({ type: "pause" }, outlook(900, 0))).toBe(false);
});

const fact = (id: string, row: BatchRow | null) =>
  ({ seq: 41, fact: { about: { kind: "batch", id }, after: row } }) as unknown as Parameters<
    typeof batchHeard
  >[2];

test("a batch follows its own facts, and older news changes nothing", () => {
  const before = batch();
  const after = batch({ state: "finished" });
  expect(batchHeard(before, "b-1", fact("b-1", after))).toEqual({ ...after, seq: 41 });
  expect(batchHeard(undefined, "b-1", fact("b-1", after))).toEqual({ ...after, seq: 41 });
  expect(batchHeard(before, "b-1", fact("b-2", after))).toBe(before);
  const newer = batch({ seq: 50 });
  expect(batchHeard(newer, "b-1", fact("b-1", after))).toBe(newer);
});
