import { expect, test } from "vitest";
import { resourceWords } from "../../../../web/console/src/task/resource-words.ts";

const use = { taskId: "a", attempt: 1, at: "2026-11-21T08:00:00.000Z" };

test("what an attempt uses is said in numbers people read, and what cannot be told is left out", () => {
  const all = { cpuPercent: 150.4, memoryBytes: 3 * 1024 ** 2, ioBytes: 5 * 1024 ** 3, ioPerSecond: 2_048 };
  expect(resourceWords({ ...use, ...all })).toEqual([
    ["Processor", "150 % of one core"],
    ["Memory", "3.0 MiB"],
    ["Read and written", "5.0 GiB, 2.0 KiB/s"],
  ]);
  const idle = { cpuPercent: 0, memoryBytes: null, ioBytes: 0, ioPerSecond: 0 };
  expect(resourceWords({ ...use, ...idle })).toEqual([
    ["Processor", "0 % of one core"],
    ["Read and written", "0 B"],
  ]);
  expect(
    resourceWords({ ...use, cpuPercent: null, memoryBytes: null, ioBytes: null, ioPerSecond: null }),
  ).toEqual([]);
});
