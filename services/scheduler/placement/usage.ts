import type { Requirements } from "#schema/task.definition.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import { type LiveTask, snapshotOf, type Tracker } from "../tasks.ts";
import type { Locks } from "./locks.ts";
import { laneGate } from "./type-lanes.ts";

/** What runners spend: slots only on work that goes on, the rest also on work paused in place. */
export interface Spent {
  readonly slots: number;
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** How much of what is limited is in use. */
export interface Used {
  /** How many tasks at work count here: `queue:<name>`, `type:<name>`, `key:<key>`, `lane:<field>:<value>`. */
  count(gate: string): number;
  spent(runner: string): Spent;
}

/** What is in use, counted as tasks come and go. */
export interface Usage extends Used {
  readonly track: Tracker;
  /** Tasks at work, from their assignment until their runner has let go. */
  readonly active: ReadonlySet<LiveTask>;
  /** One of those that count here. */
  example(gate: string): LiveTask | undefined;
  holder(lock: string): LiveTask | undefined;
  /** What would be in use were this task at work paused. */
  without(task: LiveTask): Used;
  /** Where something became free since this was last asked. */
  freed(): Iterable<string>;
}

interface Share {
  readonly runner: string;
  readonly atWork: boolean;
  readonly counts: readonly string[];
  readonly locks: readonly string[];
  readonly requires: Requirements;
}

const NOTHING: Spent = { slots: 0, cpus: 0, memoryBytes: 0 };

/** To a millionth of a processor: what sums of fractions are off by must not add up over months. */
const rounded = (cpus: number): number => Math.round(cpus * 1e6) / 1e6;

export const lockGate = (lock: string): string => `lock:${lock}`;

export const createUsage = (locks: Locks): Usage => {
  const shares = new Map<LiveTask, Share>();
  const active = new Set<LiveTask>();
  const counted = new Map<string, Set<LiveTask>>();
  const holders = new Map<string, LiveTask>();
  const spent = new Map<string, Spent>();
  let freed = new Set<string>();

  const spend = ({ runner, atWork, requires }: Share, sign: 1 | -1): void => {
    const { slots, cpus, memoryBytes } = spent.get(runner) ?? NOTHING;
    spent.set(runner, {
      slots: slots + (atWork ? sign : 0),
      cpus: rounded(cpus + sign * (requires.cpus ?? 0)),
      memoryBytes: memoryBytes + sign * (requires.memoryBytes ?? 0),
    });
  };

  const give = (task: LiveTask, share: Share): void => {
    shares.set(task, share);
    spend(share, 1);
    if (share.atWork) active.add(task);
    for (const gate of share.counts) counted.set(gate, (counted.get(gate) ?? new Set()).add(task));
    for (const lock of share.locks) holders.set(lock, task);
  };

  const takeBack = (task: LiveTask, share: Share): void => {
    shares.delete(task);
    spend(share, -1);
    active.delete(task);
    for (const gate of share.counts) {
      const there = counted.get(gate);
      there?.delete(task);
      if (there?.size === 0) counted.delete(gate);
      freed.add(gate);
    }
    for (const lock of share.locks) {
      if (holders.get(lock) === task) holders.delete(lock);
      freed.add(lockGate(lock));
    }
  };

  const shareOf = (task: LiveTask): Share | undefined => {
    const snapshot = snapshotOf(task);
    const { runner } = snapshot.context;
    if (runner === null) return undefined;
    const atWork = snapshot.hasTag("active");
    const before = shares.get(task);
    if (before?.runner === runner && before.atWork === atWork) return before;
    const { queue, type, concurrency, lane, requires = {} } = definitionOf(snapshot.context);
    const key = concurrency ? [`key:${concurrency.key}`] : [];
    const typeLane = lane ? [laneGate(lane, runner)] : [];
    const counts = atWork ? [`queue:${queue}`, `type:${type}`, ...key, ...typeLane] : [];
    return { runner, atWork, counts, locks: locks.of(task), requires };
  };

  const count: Used["count"] = (gate) => counted.get(gate)?.size ?? 0;
  const spentBy: Used["spent"] = (runner) => spent.get(runner) ?? NOTHING;

  return {
    track: (task) => {
      const before = shares.get(task);
      const after = shareOf(task);
      if (before === after) return;
      if (before) takeBack(task, before);
      if (after) give(task, after);
    },
    active,
    count,
    example: (gate) => counted.get(gate)?.values().next().value,
    holder: (lock) => holders.get(lock),
    spent: spentBy,
    without: (task) => {
      const share = shares.get(task);
      // What is frozen keeps its memory and its place among the processors; what ends at a checkpoint does not.
      const letsGo = definitionOf(snapshotOf(task).context).pause === "checkpoint";
      const { cpus = 0, memoryBytes = 0 } = (letsGo && share?.requires) || {};
      return {
        count: (gate) => count(gate) - (share?.counts.includes(gate) ? 1 : 0),
        spent: (runner) => {
          const now = spentBy(runner);
          if (runner !== share?.runner) return now;
          return {
            slots: now.slots - 1,
            cpus: now.cpus - cpus,
            memoryBytes: now.memoryBytes - memoryBytes,
          };
        },
      };
    },
    freed: () => {
      const now = freed;
      freed = new Set();
      return now;
    },
  };
};
