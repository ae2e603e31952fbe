import { availableParallelism } from "node:os";
import { join } from "node:path";
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
import { lookForExcess } from "./soft.ts";

const PERIOD_US = 100_000;
/** A quarter of a slot's: what people wait for comes before what runs in the background. */
const WEIGHT = 25;
const FREEZE_LIMIT_MS = 2_000;

const cpuMax = (cpus: number): string => `${Math.max(1_000, Math.round(cpus * PERIOD_US))} ${PERIOD_US}`;

/** Control groups of version 2: one hierarchy for all controllers. */
export const createV2Groups = ({ folders, controllers }: GroupSite): Groups => {
  const root = folders["all"] ?? "";
  const has = (name: string): boolean => controllers.includes(name);
  /** Here a process moves with all of its threads. */
  const move = (name: string): boolean => writeControl(join(root, name, "cgroup.procs"), String(process.pid));

  const groupOf = (name: string, limits: Limits): Group => {
    const file = (leaf: string): string => join(root, name, leaf);
    const members = (): number[] => numbersIn(readControl(file("cgroup.procs")));
    return {
      hard: true,
      members,
      thaw: () => void writeControl(file("cgroup.freeze"), "0"),
      start: (spawn) => {
        try {
          if (!move(name)) throw new Error("The control group of this attempt cannot be entered.");
          if (has("pids")) limitPids(file("."), limits.pids, "entered");
          return spawn();
        } finally {
          move(SLOTS);
          if (has("pids")) limitPids(file("."), limits.pids, "left");
        }
      },
      freeze: async () => {
        if (!writeControl(file("cgroup.freeze"), "1")) return false;
        for (const until = performance.now() + FREEZE_LIMIT_MS; performance.now() < until; await sleep(5))
          if (countOf(readControl(file("cgroup.events")), "frozen") === 1) return true;
        writeControl(file("cgroup.freeze"), "0");
        return false;
      },
      kill: () => {
        const found = members().length;
        writeControl(file("cgroup.kill"), "1");
        return found;
      },
      exceeded: () => {
        if (!has("memory")) return lookForExcess(members(), limits);
        if (countOf(readControl(file("memory.events")), "oom_kill") > 0) return "memory";
        return has("pids") ? undefined : lookForExcess(members(), { ...limits, memoryBytes: Infinity });
      },
      remove: () => removeFolder(join(root, name)),
    };
  };

  return {
    kind: "cgroup2",
    settle: () => {
      makeFolder(join(root, SLOTS));
      move(SLOTS);
    },
    open: (name, limits) => {
      const folder = join(root, name);
      makeFolder(folder);
      if (has("cpu")) {
        writeControl(join(folder, "cpu.weight"), String(WEIGHT));
        const most = availableParallelism() * HOST_SHARE;
        if (limits.cpus !== undefined)
          writeControl(join(folder, "cpu.max"), cpuMax(Math.min(limits.cpus, most)));
      }
      if (has("memory") && limits.memoryBytes !== undefined) {
        writeControl(join(folder, "memory.max"), String(limits.memoryBytes));
        writeControl(join(folder, "memory.swap.max"), "0");
        writeControl(join(folder, "memory.oom.group"), "1");
      }
      return groupOf(name, limits);
    },
    at: (name) => groupOf(name, {}),
    names: () => foldersIn(root).filter((name) => name !== SLOTS),
    remove: () => [join(root, SLOTS), root].every(removeFolder),
  };
};

/** The runner's own folder: all of its work together leaves the host a fifth of its processors. */
export const boundHostShareV2 = (folder: string): void =>
  void writeControl(join(folder, "cpu.max"), cpuMax(availableParallelism() * HOST_SHARE));
