import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { currentLoad, mem } from "systeminformation";
import { systemClock, timestamp } from "#infra/clock.ts";
import type { HostSample } from "#schema/telemetry.ts";

interface SamplerOptions {
  readonly host: string;
  /** The disk that is looked at is the one that holds this folder. */
  readonly folder: string;
}

/** The nearest folder above that exists already. */
const existing = async (folder: string): Promise<string> => {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  return there || dirname(folder) === folder ? folder : existing(dirname(folder));
};

/**
 * The volume that holds our data. Not `fsSize`: that runs `df` over every mount, of which a container host has one per
 * container, and one dead network mount among them blocks it for good.
 */
const disk = async (folder: string): Promise<{ used: number; total: number }> => {
  const { bsize, blocks, bfree } = await statfs(await existing(folder));
  return { used: (blocks - bfree) * bsize, total: blocks * bsize };
};

/** Looks at this host: CPU since the look before, in percent of all cores, memory and disk in bytes. */
export const createSampler = ({ host, folder }: SamplerOptions): (() => Promise<HostSample>) => {
  // Load is measured since the call before; without one it would be the average since boot.
  void currentLoad();
  return async () => {
    const [cpu, memory, volume] = await Promise.all([currentLoad(), mem(), disk(folder)]);
    return {
      host,
      at: timestamp(systemClock.now()),
      cpuPercent: Math.round(cpu.currentLoad * 10) / 10,
      load1: cpu.avgLoad,
      cores: cpu.cpus.length,
      // What programs hold: the page cache is given back when they want more.
      memoryUsed: memory.total - memory.available,
      memoryTotal: memory.total,
      diskUsed: volume.used,
      diskTotal: volume.total,
    };
  };
};
