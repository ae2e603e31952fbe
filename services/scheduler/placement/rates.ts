import type { Clock } from "#infra/clock.ts";
import type { Rate } from "#schema/task.definition.ts";
import { createHeap } from "../heap.ts";

/** Token buckets: `limit` at once, one more every perMs ÷ limit. After a restart they are empty, so that none lets more through. */
export interface Rates {
  /** Milliseconds until one more may start; 0 when it may now. */
  waitFor(gate: string, rate: Rate): number;
  take(gate: string, rate: Rate): void;
  /** Somebody waits at this gate for so many milliseconds. */
  expect(gate: string, ms: number): void;
  /** Gates whose time has come. */
  due(): string[];
  /** Milliseconds until the next of them, or null. */
  next(): number | null;
  /** Gates that are remembered. */
  readonly size: number;
}

interface Bucket {
  readonly rate: Rate;
  readonly tokens: number;
  /** Monotonic clock, ms. */
  readonly at: number;
}

/** More buckets than this are looked through for full ones, which are as good as none. */
const MOST_BUCKETS = 10_000;

export const createRates = (clock: Clock, startFull: boolean): Rates => {
  const buckets = new Map<string, Bucket>();
  const expected = createHeap<{ gate: string; at: number }>(
    (a, b) => a.at - b.at,
    () => false,
  );
  /** What is expected of each gate already. */
  const soonest = new Map<string, number>();
  const born = clock.monotonic();
  let sweepAt = MOST_BUCKETS;

  const refill = (bucket: Bucket, rate: Rate): Bucket => {
    const at = clock.monotonic();
    const tokens = Math.min(rate.limit, bucket.tokens + ((at - bucket.at) * rate.limit) / rate.perMs);
    return { rate, tokens, at };
  };
  const unused = (rate: Rate): Bucket => ({ rate, tokens: startFull ? rate.limit : 0, at: born });
  const bucketOf = (gate: string, rate: Rate): Bucket => refill(buckets.get(gate) ?? unused(rate), rate);
  const isFull = (bucket: Bucket): boolean => refill(bucket, bucket.rate).tokens >= bucket.rate.limit;
  /** One that was never used is as full as one that was refilled, once that has taken its time. */
  const sweep = (): void => {
    for (const [gate, bucket] of buckets)
      if (isFull(bucket) && isFull(unused(bucket.rate))) buckets.delete(gate);
    sweepAt = Math.max(MOST_BUCKETS, 2 * buckets.size);
  };

  return {
    waitFor: (gate, rate) => {
      const { tokens } = bucketOf(gate, rate);
      // Sums of fractions may end a hair below one.
      return tokens >= 1 - 1e-9 ? 0 : Math.ceil(((1 - tokens) * rate.perMs) / rate.limit);
    },
    take: (gate, rate) => {
      if (buckets.size > sweepAt) sweep();
      const bucket = bucketOf(gate, rate);
      buckets.set(gate, { ...bucket, tokens: bucket.tokens - 1 });
    },
    expect: (gate, ms) => {
      const at = clock.monotonic() + ms;
      if ((soonest.get(gate) ?? Infinity) <= at) return;
      soonest.set(gate, at);
      expected.push({ gate, at });
    },
    due: () => {
      const now = clock.monotonic();
      const gates: string[] = [];
      for (let first = expected.peek(); first && first.at <= now; first = expected.peek()) {
        gates.push(first.gate);
        soonest.delete(first.gate);
        expected.pop();
      }
      return gates;
    },
    get size() {
      return buckets.size;
    },
    next: () => {
      const first = expected.peek();
      return first ? Math.max(0, first.at - clock.monotonic()) : null;
    },
  };
};
