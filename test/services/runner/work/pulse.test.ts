import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { MeasuredStep } from "../../../../services/runner/executor.ts";
import { createPulse, type Pulse } from "../../../../services/runner/work/pulse.ts";

let sent: MeasuredStep[];
let pulse: Pulse;
beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  pulse = createPulse((step) => void sent.push(step));
});
afterEach(() => void vi.useRealTimers());

it("sends progress and metrics together, at most four times a second, the latest of each", () => {
  for (let index = 1; index <= 100; index += 1) {
    pulse.metric("files", index);
    pulse.metric("bytes.read", index * 10);
    pulse.progress({ percent: index, message: `file ${index}` });
    vi.advanceTimersByTime(10);
  }
  // At 0, 250, 500, 750 and 1,000 ms.
  expect(sent).toHaveLength(5);
  expect(sent.at(-1)).toEqual({
    percent: 100,
    message: "file 100",
    metrics: { files: 100, "bytes.read": 1_000 },
  });
});

it("tells of metrics and life where no progress was told of", () => {
  pulse.heartbeat();
  expect(sent).toEqual([{ percent: null, message: "" }]);
  pulse.metric("rows", -0.5);
  pulse.flush();
  expect(sent[1]).toEqual({ percent: null, message: "", metrics: { rows: -0.5 } });
});

it("beats with what was told last", () => {
  pulse.progress({ percent: 5, message: "far to go", done: 1 });
  vi.advanceTimersByTime(10_000);
  pulse.heartbeat();
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
});

it("sends what is held back when it is flushed, and nothing after", () => {
  pulse.metric("rows", 1);
  pulse.metric("rows", 2);
  pulse.flush();
  expect(sent.map(({ metrics }) => metrics)).toEqual([{ rows: 1 }, { rows: 2 }]);
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(2);
});

it("sends from work that never yields", () => {
  vi.useRealTimers();
  const until = performance.now() + 600;
  for (let turns = 1; performance.now() < until; turns += 1) pulse.metric("turns", turns);
  expect(sent.length).toBeGreaterThan(1);
  expect(sent.length).toBeLessThan(4);
});

it("takes 32 names, which may change as often as they like, and says why it takes no more", () => {
  for (let index = 1; index <= 32; index += 1) pulse.metric(`m${index}`, index);
  expect(() => pulse.metric("m33", 1)).toThrow(
    expect.objectContaining({ code: "too-many-metrics", message: expect.stringMatching(/"m33".*32/) }),
  );
  pulse.metric("m1", 99);
  pulse.flush();
  expect(Object.keys(sent.at(-1)?.metrics ?? {})).toHaveLength(32);
  expect(sent.at(-1)?.metrics).toMatchObject({ m1: 99, m32: 32 });
});

it.each(["", "9lives", "__proto__", "two words", "a".repeat(65), "größe", 7, undefined, Symbol("s")])(
  "refuses the name %j",
  (name) => {
    expect(() => pulse.metric(name as string, 1)).toThrow(
      expect.objectContaining({
        code: "metric-name",
        message: expect.stringContaining("begins with a letter"),
      }),
    );
    expect(sent).toEqual([]);
  },
);

it.each([Number.NaN, Infinity, -Infinity, "7", 7n, null, undefined])("refuses the value %s", (value) => {
  expect(() => pulse.metric("rows", value as number)).toThrow(
    expect.objectContaining({ code: "metric-value", message: expect.stringContaining('"rows"') }),
  );
  pulse.flush();
  expect(sent).toEqual([]);
});

it("takes no metrics from a step, where nobody would judge them", () => {
  const step = { percent: 1, message: "", metrics: { "not a name": "no number" } };
  pulse.progress(step);
  expect(sent).toEqual([{ percent: 1, message: "" }]);
  expect(step.metrics).toBeDefined();
});
