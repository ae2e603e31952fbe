import type { HostSample } from "#schema/telemetry.ts";

/** Looks at samples and tells when a host has more to do than it should, and when that is over. */
export interface PressureGauge {
  /** The reason in one sentence while the host is under pressure, else null. */
  look(sample: HostSample): string | null;
}

/** What counts is a spell, not a spike: the mean over about this many samples. */
const SPELL = 10;
/** It is over only well below the threshold, or it would come and go. */
const RELIEF = 10;
/** Of memory, in percent: above it the machine begins to swap or to kill. */
const MEMORY_LIMIT = 90;

/** `cpuLimit`: percent of all cores; 100 never counts as pressure. */
export const createPressureGauge = (cpuLimit: number): PressureGauge => {
  let cpu: number | undefined;
  const over = { cpu: false, memory: false };
  const beyond = (was: boolean, value: number, limit: number): boolean =>
    was ? value > limit - RELIEF : value > limit;

  return {
    look: ({ host, cpuPercent, memoryUsed, memoryTotal }) => {
      cpu = cpu === undefined ? Math.min(cpuPercent, cpuLimit) : cpu + (cpuPercent - cpu) / SPELL;
      const memory = (memoryUsed / memoryTotal) * 100;
      over.cpu = cpuLimit < 100 && beyond(over.cpu, cpu, cpuLimit);
      over.memory = beyond(over.memory, memory, MEMORY_LIMIT);
      if (over.memory) return `Host ${host}: memory ${Math.round(memory)} % > ${MEMORY_LIMIT} %.`;
      return over.cpu ? `Host ${host}: CPU ${Math.round(cpu)} % > ${cpuLimit} %.` : null;
    },
  };
};
