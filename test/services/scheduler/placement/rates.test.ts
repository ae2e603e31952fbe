import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRates } from "../../../../services/scheduler/placement/rates.ts";

const RATE = { limit: 1, perMs: 1_000 };

describe.each([
  ["a first start", true],
  ["a restart", false],
])("rates after %s", (_, fresh) => {
  it("forget keys that were used once, and let none of them go too early for it", () => {
    let now = 0;
    const rates = createRates({ now: () => now, monotonic: () => now }, fresh);
    now = 10_000;
    for (let used = 0; used < 20_000; used += 1) {
      const gate = `rate:key:${used}`;
      expect(rates.waitFor(gate, RATE)).toBe(0);
      rates.take(gate, RATE);
      expect(rates.waitFor(gate, RATE)).toBe(1_000);
      now += 1;
    }
    expect(rates.waitFor("rate:key:19999", RATE)).toBe(999);
    expect(rates.size).toBeLessThanOrEqual(10_001);
  });
});

describe("a rate", () => {
  const rates = fc.record({
    limit: fc.integer({ min: 1, max: 20 }),
    perMs: fc.integer({ min: 1, max: 60_000 }),
  });
  /** How long the next one dawdles before it asks. */
  const pauses = fc.array(fc.nat(20_000), { minLength: 1, maxLength: 60 });

  it("lets as many through in any while as it says and no more, and tells to a millisecond when the next may go", () => {
    fc.assert(
      fc.property(rates, pauses, fc.boolean(), (rate, dawdles, fresh) => {
        let now = 0;
        const buckets = createRates({ now: () => now, monotonic: () => now }, fresh);
        const starts: number[] = [];
        for (const dawdle of dawdles) {
          now += dawdle;
          const wait = buckets.waitFor("g", rate);
          // Rounded up, and up again where fractions end a hair above it.
          if (wait > 2) {
            now += wait - 2;
            expect(buckets.waitFor("g", rate)).toBeGreaterThan(0);
            now += 2;
          } else now += wait;
          expect(buckets.waitFor("g", rate)).toBe(0);
          buckets.take("g", rate);
          starts.push(now);
        }
        for (const [first, begun] of starts.entries())
          for (let last = first; last < starts.length; last += 1) {
            const most = rate.limit + (((starts[last] ?? 0) - begun) * rate.limit) / rate.perMs;
            expect(last - first + 1).toBeLessThanOrEqual(most + 1e-6);
          }
        // After a restart nobody knows what went through before it.
        if (!fresh) expect(starts[0]).toBeGreaterThanOrEqual(Math.floor(rate.perMs / rate.limit));
      }),
    );
  });
});
