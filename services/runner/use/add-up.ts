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

/** All processes of an attempt together, less what its slot's had used before. Unknown when that one is not among them. */
export const addUp = (processes: readonly ProcessUse[], own: OwnUse): Use => {
  if (!processes.some(({ pid }) => pid === own.pid)) return UNKNOWN;
  let [cpuMs, memoryBytes, ioBytes] = [-own.cpuMs, 0, own.ioBytes === null ? null : -own.ioBytes];
  for (const used of processes) {
    const before = used.pid === own.pid ? own.memoryBytes : 0;
    cpuMs += used.cpuMs;
    // A slot's process may give back what an earlier attempt left in it.
    memoryBytes += Math.max(0, used.memoryBytes - before);
    ioBytes = ioBytes === null || used.ioBytes === null ? null : ioBytes + (used.ioBytes ?? 0);
  }
  return {
    cpuMs: Math.max(0, cpuMs),
    memoryBytes,
    ioBytes: ioBytes === null ? null : Math.max(0, ioBytes),
  };
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
