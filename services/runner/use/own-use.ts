import { lookAt } from "../processes/process-scan.ts";
import { ioOf, memoryOf } from "./process-use.ts";

/** A slot's process, and what it had used when it was given to an attempt: earlier ones, and its own start. */
export interface OwnUse {
  readonly pid: number;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly ioBytes: number | null;
}

/** To be read when the slot is given away. Null when nothing shows it. */
export const ownUse = (pid: number | undefined): OwnUse | null => {
  const seen = pid === undefined ? null : lookAt(pid);
  if (!seen) return null;
  // A kernel that does not count bytes has no such file.
  const ioBytes = ioOf(seen) ?? null;
  return { pid: seen.pid, cpuMs: seen.cpuMs, memoryBytes: memoryOf(seen.pid), ioBytes };
};
