import { grown, type Look } from "./evidence.ts";

/** Below this rate work waits or polls, whatever it waits for: a shell that looks every second moves some 4 KB each time. */
const IDLE = { cpuShare: 0.01, bytesPerMs: 5 } as const;
/** This much beyond it is work: a runtime that tidies up its memory every now and then uses less. */
const WORK = { cpuMs: 500, bytes: 64 * 1_024 } as const;

/** Sums up what goes beyond an idle rate, forgets it at that rate, and tells when it has become enough. */
const createBucket = (idlePerMs: number, enough: number): ((used: number, ms: number) => boolean) => {
  let held = 0;
  return (used, ms) => {
    held = Math.max(0, held + used - ms * idlePerMs);
    if (held < enough) return false;
    held = 0;
    return true;
  };
};

/** Tells from one look to the next whether an attempt computes or moves data. */
export const createSignsOfWork = (): ((before: Look, after: Look) => boolean) => {
  const [cpu, data] = [createBucket(IDLE.cpuShare, WORK.cpuMs), createBucket(IDLE.bytesPerMs, WORK.bytes)];
  return (before, after) => {
    const ms = after.at - before.at;
    const computes = cpu(grown(before.cpuMs, after.cpuMs), ms);
    return data(grown(before.ioBytes, after.ioBytes), ms) || computes;
  };
};
