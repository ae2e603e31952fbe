import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Limits } from "#schema/executor-type.ts";
import {
  countOf,
  foldersIn,
  makeFolder,
  numbersIn,
  limitPids,
  readControl,
  removeFolder,
  writeControl,
} from "./control-files.ts";
import { type Group, type Groups, type GroupSite, HOST_SHARE, SLOTS } from "./groups.ts";
import { sendSignal } from "./signal.ts";
import { lookForExcess } from "./soft.ts";

const PERIOD_US = 100_000;
/** A quarter of a slot's: what people wait for comes before what runs in the background. */
const SHARES = 256;
const FREEZE_LIMIT_MS = 2_000;

const quotaOf = (cpus: number): string => String(Math.max(1_000, Math.round(cpus * PERIOD_US)));

const limitCpu = (folder: string, cpus: number | undefined): void => {
  writeControl(join(folder, "cpu.shares"), String(SHARES));
  if (cpus === undefined) return;
  writeControl(join(folder, "cpu.cfs_period_us"), String(PERIOD_US));
  // The kernel refuses a group more than its parent has.
  writeControl(
    join(folder, "cpu.cfs_quota_us"),
    quotaOf(Math.min(cpus, availableParallelism() * HOST_SHARE)),
  );
};

const limitMemory = (folder: string, bytes: number | undefined): void => {
  if (bytes === undefined) return;
  writeControl(join(folder, "memory.limit_in_bytes"), String(bytes));
  // Only where swap is counted.
  writeControl(join(folder, "memory.memsw.limit_in_bytes"), String(bytes));
};

/** Control groups of version 1: one hierarchy for each controller. */
export const createV1Groups = ({ folders, controllers }: GroupSite): Groups => {
  const roots = controllers.map((name) => folders[name] ?? "");
  const has = (name: string): boolean => controllers.includes(name);
  const inFolder = (controller: string, ...names: string[]): string =>
    join(folders[controller] ?? "", ...names);

  /** Only the thread that forks need be inside, and moving one thread costs no wait for the kernel's readers. */
  const move = (name: string): boolean =>
    roots.map((root) => writeControl(join(root, name, "tasks"), "0")).every(Boolean);

  const groupOf = (name: string, limits: Limits): Group => {
    const state = inFolder("freezer", name, "freezer.state");
    const members = (): number[] => numbersIn(readControl(inFolder("freezer", name, "cgroup.procs")));
    const thaw = (): void => void writeControl(state, "THAWED");
    const outOfMemory = (): boolean =>
      countOf(readControl(inFolder("memory", name, "memory.oom_control")), "oom_kill") > 0;
    return {
      hard: true,
      members,
      thaw,
      start: (spawn) => {
        try {
          if (!move(name)) throw new Error("The control group of this attempt cannot be entered.");
          if (has("pids")) limitPids(inFolder("pids", name), limits.pids, "entered");
          return spawn();
        } finally {
          if (!move(SLOTS))
            for (const root of roots) writeControl(join(dirname(dirname(root)), "tasks"), "0");
          if (has("pids")) limitPids(inFolder("pids", name), limits.pids, "left");
        }
      },
      freeze: async () => {
        const until = performance.now() + FREEZE_LIMIT_MS;
        while (writeControl(state, "FROZEN") && performance.now() < until) {
          if (readControl(state) === "FROZEN") return true;
          await sleep(5);
        }
        thaw();
        return false;
      },
      kill: () => {
        // Frozen, nobody forks between the look and the signal; the signal is heard once it is thawed.
        writeControl(state, "FROZEN");
        const found = members();
        for (const pid of found) sendSignal(pid, "SIGKILL");
        thaw();
        return found.length;
      },
      exceeded: () => {
        if (!has("memory")) return lookForExcess(members(), limits);
        if (outOfMemory()) return "memory";
        return has("pids") ? undefined : lookForExcess(members(), { ...limits, memoryBytes: Infinity });
      },
      remove: () => {
        for (const root of roots) removeFolder(join(root, name));
      },
    };
  };

  return {
    kind: "cgroup1",
    settle: () => {
      for (const root of roots) {
        makeFolder(join(root, SLOTS));
        writeControl(join(root, SLOTS, "cgroup.procs"), String(process.pid));
      }
    },
    open: (name, limits) => {
      for (const root of roots) makeFolder(join(root, name));
      if (has("cpu")) limitCpu(inFolder("cpu", name), limits.cpus);
      if (has("memory")) limitMemory(inFolder("memory", name), limits.memoryBytes);
      return groupOf(name, limits);
    },
    at: (name) => groupOf(name, {}),
    names: () => foldersIn(inFolder("freezer")).filter((name) => name !== SLOTS),
    remove: () => roots.flatMap((root) => [join(root, SLOTS), root]).every(removeFolder),
  };
};

/** The runner's own folder: all of its work together leaves the host a fifth of its processors. */
export const boundHostShareV1 = (cpuFolder: string): void => {
  writeControl(join(cpuFolder, "cpu.cfs_period_us"), String(PERIOD_US));
  writeControl(join(cpuFolder, "cpu.cfs_quota_us"), quotaOf(availableParallelism() * HOST_SHARE));
};
