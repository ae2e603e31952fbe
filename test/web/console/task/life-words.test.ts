import { expect, it } from "vitest";
import { lifeWords } from "../../../../web/console/src/task/life-words.ts";

const at = "2026-11-21T08:00:00.000Z";
const progress = { taskId: "a", attempt: 1, at, percent: 40, message: "half" };
const after = (seconds: number): number => Date.parse(at) + seconds * 1_000;

it("says when work was last heard of, once that is more than ten seconds ago", () => {
  const task = { state: "running.working", progress };
  expect(lifeWords(task, after(10))).toBe("");
  expect(lifeWords(task, after(12))).toBe("last sign of life 12 s ago");
  expect(lifeWords({ ...task, state: "stuck" }, after(180))).toBe("last sign of life 3 min ago");
});

it("says so of no work that is not expected to tell", () => {
  expect(lifeWords({ state: "running.working", progress: null }, after(60))).toBe("");
  for (const state of ["running.waiting-for-host", "pausing", "paused", "queued", "completed"])
    expect(lifeWords({ state, progress }, after(60))).toBe("");
});
