import { expect, test } from "vitest";
import type { PoolStatus } from "#schema/pool.ts";
import {
  closedBy,
  closedWords,
  isolationWords,
  poolWords,
} from "../../../../web/console/src/runners/pool-words.ts";

const since = "2026-11-21T08:00:00.000Z";
const pool = (part: Partial<PoolStatus> = {}): PoolStatus => ({
  slots: [1, 2, 3].map((slot) => ({ slot, state: "idle", since })),
  held: [],
  min: 2,
  max: 8,
  target: 3,
  automatic: true,
  cordoned: false,
  draining: false,
  ...part,
});

test("who decides the number of slots is said", () => {
  expect(poolWords(pool())).toBe("3 slots, as many as are needed between 2 and 8");
  expect(poolWords(pool({ automatic: false, target: 5 }))).toBe(
    "3 slots, going to 5, set by hand (2 to 8 possible)",
  );
  expect(poolWords(pool({ min: 3, max: 3 }))).toBe("3 slots, fixed");
  expect(poolWords(pool({ min: 8, max: 8, target: 3, automatic: false }))).toBe(
    "3 slots, set by hand (8 otherwise)",
  );
});

test("a runner that takes nothing new says why", () => {
  expect(closedWords(pool())).toBe("");
  expect(closedWords(pool({ cordoned: true }))).toMatch(/^Cordoned/);
  expect(closedWords(pool({ cordoned: true, draining: true }))).toMatch(/^Draining/);
});

test("of all limits that are reached, a runner is told its own", () => {
  const limit = (id: string) => ({ id, reached: true, reason: `${id}.`, since, seq: 1 });
  const limits = [limit("host:a"), limit("runner:ab"), limit("runner:a")];
  expect(closedBy("a", limits)?.reason).toBe("runner:a.");
  expect(closedBy("b", limits)).toBeUndefined();
  expect(closedBy("a")).toBeUndefined();
});

test("isolation that the kernel does not keep is not called safe", () => {
  expect(isolationWords({ groups: "cgroup1", message: "Limits hold." })).toEqual({
    title: "Control groups v1",
    message: "Limits hold.",
    weak: false,
  });
  expect(isolationWords({ groups: "soft", message: "Limits are looked after." }).weak).toBe(true);
  expect(isolationWords(null).weak).toBe(true);
});
