import type { Recovered } from "../../../../services/scheduler/recovery/recovered.ts";

/** All that two memories must have in common, in the same order; when to sweep next is each one's own. */
export const memoryOf = (recovered: Recovered): object =>
  Object.fromEntries(
    Object.entries(recovered)
      .filter(([part]) => part !== "sweepAt")
      .map(([part, value]) => [part, value instanceof Map ? [...(value as Map<string, unknown>)] : value]),
  );
