import { lookAt } from "../processes/process-scan.ts";
import { ioOf } from "./process-use.ts";
import type { Watched } from "./watched.ts";

/** A slot's process, and what it had used before it is counted for an attempt: for earlier ones, and to start. */
export interface OwnUse {
  readonly pid: number;
  readonly hearsOnly: boolean;
  readonly cpuMs: number;
  readonly ioBytes: number | null;
}

/** Null when nothing shows it. */
export const ownUse = (place: Watched["place"]): OwnUse | null => {
  const seen = place?.pid === undefined ? null : lookAt(place.pid);
  if (!place || !seen) return null;
  // A kernel that does not count bytes has no such file.
  return { pid: seen.pid, hearsOnly: place.hearsOnly, cpuMs: seen.cpuMs, ioBytes: ioOf(seen) ?? null };
};
