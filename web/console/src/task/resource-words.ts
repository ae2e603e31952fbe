import type { TaskUse } from "#schema/api.ts";
import { bytes } from "../show/words.ts";

/** What an attempt uses, as names and values; what cannot be told is left out. */
export const resourceWords = ({
  cpuPercent,
  memoryBytes,
  ioBytes,
  ioPerSecond,
}: TaskUse): readonly (readonly [string, string])[] => {
  const rate = ioPerSecond === null || ioPerSecond === 0 ? "" : `, ${bytes(ioPerSecond)}/s`;
  return [
    ...(cpuPercent === null ? [] : [["Processor", `${Math.round(cpuPercent)} % of one core`] as const]),
    ...(memoryBytes === null ? [] : [["Memory", bytes(memoryBytes)] as const]),
    ...(ioBytes === null ? [] : [["Read and written", `${bytes(ioBytes)}${rate}`] as const]),
  ];
};
