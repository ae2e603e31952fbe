import { expect, it } from "vitest";
import { belonging } from "../../../../services/runner/use/belonging.ts";

const tree = (...pairs: readonly (readonly [pid: number, parent: number])[]) =>
  pairs.map(([pid, parent]) => ({ pid, parent }));

it("gives what descends from an attempt's process to that attempt, at any depth and in any order", () => {
  const processes = tree([30, 20], [1, 0], [20, 10], [40, 30], [10, 1], [50, 1]);
  expect([...belonging(processes, new Map([[10, "a"]]))]).toEqual([
    [30, "a"],
    [20, "a"],
    [40, "a"],
    [10, "a"],
  ]);
});

it("gives a process to the nearest of several owners, and one that fled to the one it is marked with", () => {
  const processes = tree([1, 0], [10, 1], [11, 10], [12, 11], [60, 1], [61, 60]);
  const owners = belonging(
    processes,
    new Map([
      [10, "a"],
      [12, "b"],
      [60, "a"],
    ]),
  );
  expect(Object.fromEntries(owners)).toEqual({ 10: "a", 11: "a", 12: "b", 60: "a", 61: "a" });
});

it("ends also when pids were used anew meanwhile, so that parents make a circle", () => {
  expect(belonging(tree([2, 3], [3, 2], [4, 3]), new Map([[9, "a"]])).size).toBe(0);
  expect(belonging(tree([2, 3], [3, 2], [4, 3]), new Map([[2, "a"]])).size).toBe(3);
});
