import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  blankMarks,
  type ItemOutcome,
  type ItemResult,
  markAt,
  NO_ITEMS,
  PLAN_LIMIT,
  recordItems,
  reopenFailed,
} from "#schema/items.ts";

const outcomes: ItemOutcome[] = ["begun", "done", "unchanged", "skipped", "failed"];
const results = (count: number) =>
  fc.array(fc.record({ index: fc.nat(count - 1), outcome: fc.constantFrom(...outcomes) }), {
    maxLength: 200,
  });

/** The plain meaning of a history of results: the last word counts, except that a settled item keeps its first. */
const plainly = (history: readonly ItemResult[]): Map<number, ItemOutcome> => {
  const last = new Map<number, ItemOutcome>();
  for (const { index, outcome } of history) {
    const before = last.get(index);
    if (before === "done" || before === "unchanged" || before === "skipped") continue;
    last.set(index, outcome);
  }
  return last;
};

describe("items of a plan", () => {
  it("are counted and marked as their history says, however it is cut into facts", () => {
    fc.assert(
      fc.property(results(50), fc.nat(200), (history, cut) => {
        const start = { marks: blankMarks(50), counts: { ...NO_ITEMS, planned: 50 } };
        const first = recordItems(start.marks, start.counts, history.slice(0, cut));
        const { marks, counts } = recordItems(first.marks, first.counts, history.slice(cut));
        const meaning = [...plainly(history).values()];
        for (const outcome of ["done", "unchanged", "skipped", "failed"] as const) {
          expect(counts[outcome]).toBe(meaning.filter((each) => each === outcome).length);
        }
        for (const [index, outcome] of plainly(history)) {
          expect(markAt(marks, index)).toBe(
            { begun: 1, done: 2, unchanged: 2, skipped: 2, failed: 3 }[outcome],
          );
        }
      }),
    );
  });

  it("change nothing when reported again", () => {
    fc.assert(
      fc.property(results(20), (history) => {
        const settled = history.filter((each) => each.outcome !== "begun" && each.outcome !== "failed");
        const once = recordItems(blankMarks(20), { ...NO_ITEMS, planned: 20 }, settled);
        expect(recordItems(once.marks, once.counts, settled)).toEqual(once);
      }),
    );
  });

  it("are to do again when failed ones are reopened; the begun stay begun", () => {
    const start = recordItems(blankMarks(4), { ...NO_ITEMS, planned: 4 }, [
      { index: 0, outcome: "done" },
      { index: 1, outcome: "failed" },
      { index: 2, outcome: "begun" },
    ]);
    const { marks, counts } = reopenFailed(start.marks, start.counts);
    expect([0, 1, 2, 3].map((index) => markAt(marks, index))).toEqual([2, 0, 1, 0]);
    expect(counts).toMatchObject({ done: 1, failed: 0 });
  });

  it("leave alone what is outside the plan", () => {
    const start = { marks: blankMarks(3), counts: { ...NO_ITEMS, planned: 3 } };
    expect(
      recordItems(start.marks, start.counts, [
        { index: 3, outcome: "done" },
        { index: -1, outcome: "done" },
      ]),
    ).toEqual(start);
  });

  it("take little room for the largest plan", () => {
    expect(blankMarks(PLAN_LIMIT).length).toBeLessThan(3_400);
  });
});
