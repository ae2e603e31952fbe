import { lookAt } from "../processes/process-scan.ts";
import { ioOf, memoryOf } from "./process-use.ts";

/** A slot's process, and what it had used when it was given to an attempt: for earlier ones, and to start. */
export interface OwnUse {
  readonly pid: number;
  /** It only hears processes that do the work: what it uses meanwhile is not the attempt's. */
  readonly hearsOnly: boolean;
  readonly cpuMs: number;
  readonly memoryBytes: number;
  readonly ioBytes: number | null;
}

/** To be read when the slot is given away. Null when nothing shows it. */
export const ownUse = (pid: number | undefined, hearsOnly: boolean): OwnUse | null => {
  const seen = pid === undefined ? null : lookAt(pid);
  if (!seen) return null;
  // A kernel that does not count bytes has no such file.
  const ioBytes = ioOf(seen) ?? null;
  return { pid: seen.pid, hearsOnly, cpuMs: seen.cpuMs, memoryBytes: memoryOf(seen.pid), ioBytes };
};
