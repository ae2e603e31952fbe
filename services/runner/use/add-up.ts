import type { AttemptUse } from "#schema/telemetry.ts";
import type { OwnUse } from "./own-use.ts";

export type Use = Omit<AttemptUse, "taskId" | "attempt">;

/** What one process has used; `ioBytes` null when nobody may know, undefined when nothing says it. */
export interface ProcessUse {
  readonly pid: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly ioBytes: number | null | undefined;
}

export const UNKNOWN: Use = { cpuMs: null, memoryBytes: null, ioBytes: null };

/** What the slot's own process has used for this attempt. */
const usedSince = ({ pid, ...now }: ProcessUse, before: OwnUse): ProcessUse => {
  if (before.hearsOnly) return { pid, cpuMs: 0, memoryBytes: 0, ioBytes: 0 };
  return {
    pid,
    cpuMs: Math.max(0, now.cpuMs - before.cpuMs),
    memoryBytes: now.memoryBytes,
    ioBytes: now.ioBytes ? Math.max(0, now.ioBytes - (before.ioBytes ?? 0)) : now.ioBytes,
  };
};

/** All processes of an attempt together, its slot's among them. Unknown when that one is not. */
export const addUp = (processes: readonly ProcessUse[], own: OwnUse): Use => {
  if (!processes.some(({ pid }) => pid === own.pid)) return UNKNOWN;
  let [cpuMs, memoryBytes] = [0, 0];
  // A kernel that does not count the slot's bytes counts nobody's.
  let ioBytes = own.ioBytes === null ? null : 0;
  for (const one of processes) {
    const used = one.pid === own.pid ? usedSince(one, own) : one;
    cpuMs += used.cpuMs;
    memoryBytes += used.memoryBytes;
    ioBytes = ioBytes === null || used.ioBytes === null ? null : ioBytes + (used.ioBytes ?? 0);
  }
  return { cpuMs, memoryBytes, ioBytes };
};

/** Counts up what a sum has risen by, from one look to the next. */
const createCounter = (): ((sum: number | null) => number | null) => {
  let [last, told] = [0, 0];
  return (sum) => {
    if (sum === null) return null;
    told += Math.max(0, sum - last);
    last = sum;
    return told;
  };
};

/**
 * What an attempt has used up to now, from one sum after another. A process that nobody of the attempt waits for takes what
 * it used with it, so that the sum falls: what is told never does, and rises again at once with whatever goes on.
 */
export const createAccount = (): ((sum: Use) => Use) => {
  const [cpu, io] = [createCounter(), createCounter()];
  return ({ cpuMs, memoryBytes, ioBytes }) => ({ cpuMs: cpu(cpuMs), memoryBytes, ioBytes: io(ioBytes) });
};
