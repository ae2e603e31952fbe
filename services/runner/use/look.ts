import { setImmediate as nextTurn } from "node:timers/promises";
import type { Groups } from "../groups/groups.ts";
import { ATTEMPT_MARK } from "../processes/marks.ts";
import { environmentOf, lookAt, processIds, type Seen } from "../processes/process-scan.ts";
import { addUp, type ProcessUse, UNKNOWN, type Use } from "./add-up.ts";
import { belonging } from "./belonging.ts";
import type { OwnUse } from "./own-use.ts";
import { ioOf, memoryOf } from "./process-use.ts";

/** An attempt to look at: how its processes are marked, and its slot's. */
interface Subject {
  readonly mark: string;
  /** Null where nothing shows what it uses. */
  readonly own: OwnUse | null;
}

/** Processes that are looked at in one turn of the loop: about 20 µs each. */
const AT_ONCE = 50;

const PREFIX = `${ATTEMPT_MARK}=`;

const markIn = (pid: number): string | undefined =>
  environmentOf(pid)
    .find((entry) => entry.startsWith(PREFIX))
    ?.slice(PREFIX.length);

/** Calls `each` with all of them, and lets others have their turn now and then. */
const unhurried = async <T>(all: readonly T[], each: (one: T) => void): Promise<void> => {
  for (let from = 0; from < all.length; from += AT_ONCE) {
    if (from > 0) await nextTurn();
    for (const one of all.slice(from, from + AT_ONCE)) each(one);
  }
};

/** Those that are known by themselves, and not only by their parents. */
const rootsOf = async (
  watched: readonly Subject[],
  processes: readonly Seen[],
  groups: Groups,
): Promise<Map<number, string>> => {
  const roots = new Map<number, string>();
  const marks = new Set(watched.map(({ mark }) => mark));
  await unhurried(processes, ({ pid }) => {
    const mark = markIn(pid);
    if (mark !== undefined && marks.has(mark)) roots.set(pid, mark);
  });
  for (const { mark, own } of watched) {
    for (const pid of groups.at(mark).members()) roots.set(pid, mark);
    if (own) roots.set(own.pid, mark);
  }
  return roots;
};

/**
 * One look at all processes of this host: the sum of what each attempt's have used, by mark. An attempt's are its slot's,
 * those with its mark or in its control group, and their descendants.
 */
export const lookAtUse = async (
  attempts: readonly Subject[],
  groups: Groups,
): Promise<ReadonlyMap<string, Use>> => {
  const watched = attempts.filter(({ own }) => own !== null);
  if (watched.length === 0) return new Map();
  const processes: Seen[] = [];
  await unhurried(processIds(), (pid) => {
    const seen = lookAt(pid);
    if (seen) processes.push(seen);
  });
  const owners = belonging(processes, await rootsOf(watched, processes, groups));

  const members = processes.filter(({ pid }) => owners.has(pid));
  const used = new Map<string, ProcessUse[]>(watched.map(({ mark }) => [mark, []]));
  await unhurried(members, (seen) => {
    const { pid, cpuMs } = seen;
    used.get(owners.get(pid) ?? "")?.push({ pid, cpuMs, memoryBytes: memoryOf(pid), ioBytes: ioOf(seen) });
  });
  return new Map(watched.map(({ mark, own }) => [mark, own ? addUp(used.get(mark) ?? [], own) : UNKNOWN]));
};
