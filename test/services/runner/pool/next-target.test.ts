import { describe, expect, it } from "vitest";
import { createScaler, type Scaler, type Sight } from "../../../../services/runner/pool/next-target.ts";

const QUIET = { cpu: 0.1, memory: 0.3 };

/** Looks once a second for so long; gives the targets it went through. */
const watch = (scaler: Scaler, from: number, seconds: number, sight: Omit<Sight, "now">): number[] => {
  const targets: number[] = [];
  for (let second = 0; second < seconds; second += 1)
    if (scaler.look({ ...sight, now: (from + second) * 1_000 })) targets.push(scaler.target);
  return targets;
};

describe("the number of slots", () => {
  it("doubles while all are taken, up to the most", () => {
    const scaler = createScaler({ min: 1, max: 10 }, 1);
    expect(watch(scaler, 0, 10, { busy: 10, ...QUIET })).toEqual([2, 4, 8, 10]);
  });

  it("stays while some are free, and falls to what was needed after half a minute of that", () => {
    const scaler = createScaler({ min: 1, max: 10 }, 8);
    expect(watch(scaler, 0, 20, { busy: 1, ...QUIET })).toEqual([]);
    expect(watch(scaler, 20, 1, { busy: 3, ...QUIET })).toEqual([]);
    expect(watch(scaler, 21, 20, { busy: 0, ...QUIET })).toEqual([3]);
    expect(watch(scaler, 41, 60, { busy: 0, ...QUIET })).toEqual([1]);
  });

  it("falls after a burst that took all of them, too", () => {
    const scaler = createScaler({ min: 1, max: 4 }, 4);
    watch(scaler, 0, 5, { busy: 4, ...QUIET });
    expect(watch(scaler, 5, 40, { busy: 0, ...QUIET })).toEqual([1]);
  });

  it("never falls below the least", () => {
    const scaler = createScaler({ min: 2, max: 10 }, 4);
    expect(watch(scaler, 0, 100, { busy: 0, ...QUIET })).toEqual([2]);
  });

  it("is not reduced when a burst took all of them within the half minute", () => {
    const scaler = createScaler({ min: 1, max: 4 }, 4);
    watch(scaler, 0, 25, { busy: 1, ...QUIET });
    watch(scaler, 25, 1, { busy: 4, ...QUIET });
    expect(watch(scaler, 26, 28, { busy: 1, ...QUIET })).toEqual([]);
  });

  it.each([
    { what: "processors", load: { cpu: 0.81, memory: 0.3 } },
    { what: "memory", load: { cpu: 0.1, memory: 0.86 } },
  ])("does not grow and falls by one every five seconds while the host's $what are short", ({ load }) => {
    const scaler = createScaler({ min: 2, max: 10 }, 5);
    expect(watch(scaler, 0, 30, { busy: 9, ...load })).toEqual([4, 3, 2]);
  });

  it("grows again only when the host has been calm for ten seconds", () => {
    const scaler = createScaler({ min: 1, max: 10 }, 2);
    expect(watch(scaler, 0, 1, { busy: 5, cpu: 0.9, memory: 0.3 })).toEqual([1]);
    expect(watch(scaler, 1, 9, { busy: 5, ...QUIET })).toEqual([]);
    expect(watch(scaler, 10, 1, { busy: 5, ...QUIET })).toEqual([2]);
  });

  it("stands at the limits of load themselves", () => {
    const scaler = createScaler({ min: 1, max: 2 }, 1);
    expect(watch(scaler, 0, 1, { busy: 1, cpu: 0.8, memory: 0.85 })).toEqual([2]);
  });
});
