import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { excess } from "#schema/plan-guard.ts";

const none = { acts: 0, count: 0, before: [] };

describe("a guard", () => {
  it.each([
    [{ items: 100 }, { acts: 120, count: 150 }, "It would act on 120 items, more than the 100 allowed."],
    [{ items: 0 }, { acts: 1, count: 1 }, "It would act on 1 item, more than the 0 allowed."],
    [
      { share: 0.5 },
      { acts: 120, count: 150 },
      "It would act on 120 of 150 items (80 %), more than the 50 % allowed.",
    ],
    [
      { share: 0.5 },
      { acts: 5_001, count: 10_000 },
      "It would act on 5001 of 10000 items (50.1 %), more than the 50 % allowed.",
    ],
    [
      { timesUsual: 3 },
      { acts: 31, count: 31, before: [10, 2, 400, 10, 10] },
      "It would act on 31 items, more than 3 times the usual 10 of its last 5 plans.",
    ],
    [
      { timesUsual: 2 },
      { acts: 4, count: 4, before: [0] },
      "It would act on 4 items, more than 2 times the usual 1 of its last plan.",
    ],
    [
      { timesUsual: 2 },
      { acts: 10, count: 10, before: [3, 6] },
      "It would act on 10 items, more than 2 times the usual 4.5 of its last 2 plans.",
    ],
  ])("says which limit is exceeded, with the figures: %j", (guard, figures, sentence) => {
    expect(excess(guard, { ...none, ...figures })).toBe(sentence);
  });

  it.each([
    [{}, { acts: 10_000, count: 10_000, before: [1] }],
    [{ items: 100 }, { acts: 100, count: 100 }],
    [{ share: 0.5 }, { acts: 75, count: 150 }],
    [{ share: 0 }, { acts: 0, count: 0 }],
    [{ timesUsual: 3 }, { acts: 30, count: 30, before: [10, 10, 10] }],
    [{ timesUsual: 3 }, { acts: 9_000, count: 9_000, before: [] }],
    [
      { share: 0.1, timesUsual: 1, above: 20 },
      { acts: 20, count: 20, before: [1] },
    ],
  ])("is silent about what keeps within it: %j with %j", (guard, figures) => {
    expect(excess(guard, { ...none, ...figures })).toBeNull();
  });

  it("that allows more never asks where one that allows less does not", () => {
    const figures = fc.record({
      acts: fc.nat(200),
      count: fc.nat(400),
      before: fc.array(fc.nat(100), { maxLength: 5 }),
    });
    const limits = fc.record({
      items: fc.nat(200),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      timesUsual: fc.double({ min: 1, max: 20, noNaN: true }),
      above: fc.nat(100),
    });
    fc.assert(
      fc.property(figures, limits, limits, (plan, a, b) => {
        const wider = {
          items: Math.max(a.items, b.items),
          share: Math.max(a.share, b.share),
          timesUsual: Math.max(a.timesUsual, b.timesUsual),
          above: Math.max(a.above, b.above),
        };
        if (excess(a, plan) === null) expect(excess(wider, plan)).toBeNull();
      }),
      { numRuns: 1_000 },
    );
  });
});
