import type { Limits } from "#schema/executor-type.ts";
import { type Ending, failed } from "../executor.ts";

const MIB = 1024 * 1024;

/** The failure of an attempt that ran into a limit. */
export const excessEnding = (what: "memory" | "pids", { memoryBytes = 0, pids = 0 }: Limits): Ending =>
  what === "memory"
    ? failed(
        "out-of-memory",
        `It needed more memory than its limit of ${Math.round(memoryBytes / MIB)} MiB and was ended.`,
        true,
      )
    : failed("too-many-processes", `It started more than ${pids} processes and was ended.`, true);
