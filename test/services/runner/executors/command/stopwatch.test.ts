import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startLimit } from "../../../../../services/runner/executors/command/stopwatch.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("does not count the time in which the work stood still", () => {
  const reached = vi.fn();
  const limit = startLimit(1_000, reached);
  vi.advanceTimersByTime(600);
  limit.pause();
  vi.advanceTimersByTime(10_000);
  limit.resume();
  vi.advanceTimersByTime(399);
  expect(reached).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2);
  expect(reached).toHaveBeenCalledOnce();
});

it("reaches a limit longer than a timer can wait", () => {
  const reached = vi.fn();
  startLimit(30 * 86_400_000, reached);
  vi.advanceTimersByTime(30 * 86_400_000 - 1_000);
  expect(reached).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2_000);
  expect(reached).toHaveBeenCalledOnce();
});

it("never ends what has no limit or was stopped", () => {
  const reached = vi.fn();
  startLimit(null, reached);
  startLimit(100, reached).stop();
  vi.advanceTimersByTime(100_000_000);
  expect(reached).not.toHaveBeenCalled();
});
