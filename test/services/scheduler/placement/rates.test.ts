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
