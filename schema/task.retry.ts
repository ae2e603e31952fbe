import type { RetryPolicy } from "./task.definition.ts";

/** Milliseconds to wait after the `failures`-th failure (1, 2 …). `chance` in [0, 1) spreads the jitter both ways. */
export const retryDelay = (policy: RetryPolicy, failures: number, chance: number): number => {
  const plain = Math.min(policy.maxMs, policy.initialMs * policy.factor ** Math.max(0, failures - 1));
  return Math.max(0, Math.round(plain * (1 + policy.jitter * (2 * chance - 1))));
};
