import { readFileSync } from "node:fs";
import { countOf, readControl } from "../groups/control-files.ts";
import type { Seen } from "../processes/process-scan.ts";

const KIB = 1024;

/** Bytes that are its own: files it has mapped are shared with others. 0 when it is gone. */
export const memoryOf = (pid: number): number => {
  const status = (readControl(`/proc/${pid}/status`) ?? "").replaceAll(/:\s+/g, " ").replaceAll(" kB", "");
  return (countOf(status, "RssAnon") || countOf(status, "VmRSS")) * KIB;
};

/**
 * Bytes that it and the children it has waited for have read and written, sockets too when they are used like files; what
 * goes through `send` and `recv` the kernel does not count. Null when nobody may know, undefined when nothing says it.
 */
export const ioOf = ({ pid, state }: Pick<Seen, "pid" | "state">): number | null | undefined => {
  try {
    const counts = readFileSync(`/proc/${pid}/io`, "utf8").matchAll(/^[rw]char: (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  } catch (error) {
    const closed = ["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "");
    // What has ended belongs to nobody until it is waited for, and is its parent's a moment later.
    return closed && state !== "Z" ? null : undefined;
  }
};
