import { readdirSync, readFileSync } from "node:fs";
import { GROUP_PARENT } from "./marks.ts";

/** One process as /proc shows it. `start` (ticks since boot) tells it from a later one with the same pid. */
export interface Seen {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
  readonly start: string;
  /** Processor time of its own and of those children that it has waited for. */
  readonly cpuMs: number;
}

/** The kernel shows processor time to all programs in hundredths of a second, whatever it counts in itself. */
const TICK_MS = 10;

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};

/** The process, or null when it is gone. */
export const lookAt = (pid: number): Seen | null => {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  // The name in the second field may itself hold spaces and brackets.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    pid,
    state: fields[0] ?? "",
    parent: Number(fields[1]),
    start: fields[19] ?? "",
    cpuMs: ticks * TICK_MS,
  };
};

/** Of all that are there, zombies too. Empty where there is no /proc. */
export const processIds = (): number[] => {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
};

/** Every process that is alive; zombies are not. Empty where there is no /proc. */
export const livingProcesses = (): Seen[] =>
  processIds().flatMap((pid) => {
    const seen = lookAt(pid);
    return seen === null || seen.state === "Z" || seen.state === "X" ? [] : [seen];
  });

/** The `NAME=value` it was started with; empty when it is gone or may not be looked at. */
export const environmentOf = (pid: number): readonly string[] =>
  (read(`/proc/${pid}/environ`) ?? "").split("\0");

const inGroup = (pid: number, name: string): boolean =>
  (read(`/proc/${pid}/cgroup`) ?? "").split("\n").some((line) => {
    const names = line.split("/");
    const parent = names.lastIndexOf(GROUP_PARENT);
    return parent !== -1 && names.indexOf(name, parent) > parent;
  });

/** Does the process carry this `NAME=value` in its environment, or is it in the control group of that value? */
const carries = (pid: number, mark: string): boolean =>
  environmentOf(pid).includes(mark) || inGroup(pid, mark.slice(mark.indexOf("=") + 1));

const withDescendants = (roots: readonly Seen[], all: readonly Seen[]): Seen[] => {
  const members = new Map(roots.map((seen) => [seen.pid, seen]));
  for (let grew = true; grew;) {
    grew = false;
    for (const seen of all) {
      if (members.has(seen.pid) || !members.has(seen.parent)) continue;
      members.set(seen.pid, seen);
      grew = true;
    }
  }
  return [...members.values()];
};

const ancestorsOf = (pid: number, all: readonly Seen[]): Set<number> => {
  const parents = new Map(all.map((seen) => [seen.pid, seen.parent]));
  const line = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !line.has(at); at = parents.get(at))
    line.add(at);
  return line;
};

/** All living processes that carry the mark or are in its control group, and their descendants even if they dropped it; never this process or its ancestors. */
export const markedProcesses = (mark: string): Seen[] => {
  const all = livingProcesses();
  const own = ancestorsOf(process.pid, all);
  const roots = all.filter(({ pid }) => !own.has(pid) && carries(pid, mark));
  return withDescendants(roots, all).filter(({ pid }) => !own.has(pid));
};
