import { expect, test } from "vitest";
import type { PlanItem } from "#schema/items.ts";
import { AS_PLANNED, withTicks } from "../../../../web/console/src/plan/plan-groups.ts";
import { type PlanFilter, planRows, tickedOf } from "../../../../web/console/src/plan/plan-rows.ts";

const ALL: PlanFilter = { text: "", group: null, order: "planned" };

const PLAN: readonly PlanItem[] = [
  { id: "1", name: "web:old", skip: "In use.", usedBy: ["shop-1"], bytes: 5 },
  { id: "2", name: "api:old", why: "Unused for 40 days.", bytes: 10, createdAt: "2026-02-01T00:00:00Z" },
  { id: "3", name: "data", ask: "A named volume holds data.", bytes: 7 },
  { id: "4", name: "db:old", why: "Unused for 60 days.", bytes: 90, createdAt: "2026-01-01T00:00:00Z" },
  { id: "5", name: "base", skip: "Its label protects it.", protected: true },
  { id: "6", name: "tmp", why: "It has no tag." },
];

/** Heads in capitals, items by name. */
const shown = (filter: Partial<PlanFilter>): readonly string[] =>
  planRows(PLAN, { ...ALL, ...filter }).map((row) =>
    row.head === null ? row.item.name : row.head.toUpperCase(),
  );

test("what is acted on comes first, then what asks, then what is left, each below its head", () => {
  expect(shown({})).toEqual([
    "ACT",
    "api:old",
    "db:old",
    "tmp",
    "ASK",
    "data",
    "SKIP",
    "web:old",
    "PROTECTED",
    "base",
  ]);
});

test("a filter looks at names, reasons and users, and a group without hits has no head", () => {
  expect(shown({ text: "OLD" })).toEqual(["ACT", "api:old", "db:old", "SKIP", "web:old"]);
  expect(shown({ text: "no tag" })).toEqual(["ACT", "tmp"]);
  expect(shown({ text: "shop-1" })).toEqual(["SKIP", "web:old"]);
  expect(shown({ group: "ask" })).toEqual(["ASK", "data"]);
  expect(shown({ text: "nothing of this name" })).toEqual([]);
});

test("the largest or the oldest come first where that was wished, the unknown last", () => {
  expect(shown({ group: "act", order: "largest" })).toEqual(["ACT", "db:old", "api:old", "tmp"]);
  expect(shown({ group: "act", order: "oldest" })).toEqual(["ACT", "db:old", "api:old", "tmp"]);
});

test("a head counts its ticks among what is shown below it", () => {
  const choice = withTicks(AS_PLANNED, PLAN, [1], false);
  expect(tickedOf("act", [1, 3, 5], choice)).toBe(2);
  expect(tickedOf("act", [3], choice)).toBe(1);
  expect(tickedOf("protected", [4], choice)).toBeNull();
});
