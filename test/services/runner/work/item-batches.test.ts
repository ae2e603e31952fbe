import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createItemBatches } from "../../../../services/runner/work/item-batches.ts";
import type { ItemResult } from "#schema/items.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const result = (index: number): ItemResult => ({ index, outcome: "done" });

const recorder = () => {
  const facts: number[][] = [];
  let answer: () => void = () => undefined;
  const batches = createItemBatches((items) => {
    facts.push(items.map(({ index }) => index));
    return new Promise((resolve) => (answer = resolve));
  });
  return { facts, batches, answer: () => answer() };
};

it("gathers results for a quarter of a second, and all of them sooner when one is in a hurry", async () => {
  const { facts, batches } = recorder();
  void batches.add([result(0)]);
  await vi.advanceTimersByTimeAsync(200);
  expect(facts).toEqual([]);
  void batches.add([result(1)], 20);
  await vi.advanceTimersByTimeAsync(20);
  expect(facts).toEqual([[0, 1]]);
});

it("sends at most one hundred in a fact and one fact at a time, and says when each is recorded", async () => {
  const { facts, batches, answer } = recorder();
  const recorded: string[] = [];
  const many = Array.from({ length: 150 }, (_, index) => result(index));
  void batches.add(many).then(() => recorded.push("many"));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(facts.map((fact) => fact.length)).toEqual([100]);
  answer();
  await vi.advanceTimersByTimeAsync(1);
  expect(facts.map((fact) => fact.length)).toEqual([100, 50]);
  expect(recorded).toEqual([]);
  answer();
  await vi.advanceTimersByTimeAsync(1);
  expect(recorded).toEqual(["many"]);
});
