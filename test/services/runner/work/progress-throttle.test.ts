import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createThrottle } from "../../../../services/runner/work/progress-throttle.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("lets the first value through at once, and then only the newest of each interval", () => {
  const sent: number[] = [];
  const throttle = createThrottle<number>(250, (value) => void sent.push(value));
  for (let value = 1; value <= 90; value += 1) {
    throttle.push(value);
    vi.advanceTimersByTime(10);
  }
  expect(sent).toEqual([1, 25, 50, 75]);
  vi.advanceTimersByTime(250);
  expect(sent.at(-1)).toBe(90);
});

it("always sends the last value, at once when flushed", () => {
  const sent: string[] = [];
  const throttle = createThrottle<string>(250, (value) => void sent.push(value));
  throttle.push("first");
  throttle.push("last");
  throttle.flush();
  expect(sent).toEqual(["first", "last"]);
  vi.advanceTimersByTime(1_000);
  expect(sent).toHaveLength(2);
});
