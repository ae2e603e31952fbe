import { setTimeout as sleep } from "node:timers/promises";
import type { Group } from "../groups/groups.ts";
import { sendSignal } from "../groups/signal.ts";
import { lookAt, markedProcesses, type Seen } from "./process-scan.ts";

const BETWEEN_SCANS_MS = 20;
/** A look reads /proc of every process of the host; seconds of grace need fewer. */
const BETWEEN_GRACE_SCANS_MS = 50;

/** A process in uninterruptible sleep outlives SIGKILL until its I/O returns; nobody can wait for that. */
const KILL_LIMIT_MS = 10_000;

/** Signals every process of the tree once; gives their number. */
export const signalTree = (mark: string, signal: NodeJS.Signals): number => {
  const members = markedProcesses(mark);
  for (const { pid } of members) sendSignal(pid, signal);
  return members.length;
};

/**
 * Stops every process of the tree that is not stopped yet, again until none is new: a process may fork while it is looked
 * at. Gives those it stopped, for `resumeProcesses`.
 */
export const stopTree = (mark: string): Seen[] => {
  const stopped = new Map<number, Seen>();
  for (;;) {
    const fresh = markedProcesses(mark).filter(({ pid, state }) => state !== "T" && !stopped.has(pid));
    if (fresh.length === 0) return [...stopped.values()];
    for (const seen of fresh) {
      sendSignal(seen.pid, "SIGSTOP");
      stopped.set(seen.pid, seen);
    }
  }
};

export const resumeProcesses = (stopped: readonly Seen[]): void => {
  for (const { pid, start } of stopped) if (lookAt(pid)?.start === start) sendSignal(pid, "SIGCONT");
};

/** What is in the group goes first: frozen, it cannot fork; what only the mark tells of is looked for when the group is empty. */
const killOnce = (mark: string, group: Group | undefined): number => {
  const found = group?.kill() ?? 0;
  if (found > 0) return found;
  stopTree(mark);
  return signalTree(mark, "SIGKILL");
};

/** What a control group holds was not overlooked; a look at /proc may overlook what is being born. */
const looksNeeded = (group: Group | undefined): number => (group?.hard === true ? 1 : 2);

/** Kills the whole tree, escapees too, until nothing is found alive (10 s at most). Gives the number of signals sent. */
export const killTree = async (mark: string, group?: Group): Promise<number> => {
  const until = performance.now() + KILL_LIMIT_MS;
  let sent = 0;
  for (let empty = 0; empty < looksNeeded(group) && performance.now() < until;) {
    const found = killOnce(mark, group);
    sent += found;
    empty = found === 0 ? empty + 1 : 0;
    if (empty < looksNeeded(group)) await sleep(BETWEEN_SCANS_MS);
  }
  return sent;
};

/** The same without letting anything else of this process run meanwhile. */
export const killTreeNow = (mark: string, group?: Group): void => {
  const until = performance.now() + KILL_LIMIT_MS;
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let empty = 0; empty < looksNeeded(group) && performance.now() < until;) {
    empty = killOnce(mark, group) === 0 ? empty + 1 : 0;
    if (empty < looksNeeded(group)) Atomics.wait(never, 0, 0, BETWEEN_SCANS_MS);
  }
};

const membersOf = (mark: string, group: Group | undefined): readonly number[] =>
  group?.hard === true ? group.members() : markedProcesses(mark).map(({ pid }) => pid);

/** Asks the tree to end, and kills what is left after `graceMs`. */
export const endTree = async (mark: string, graceMs: number, group?: Group): Promise<void> => {
  const until = performance.now() + graceMs;
  // What stands still cannot act on SIGTERM before it goes on.
  for (const signal of ["SIGTERM", "SIGCONT"] as const)
    for (const pid of membersOf(mark, group)) sendSignal(pid, signal);
  group?.thaw();
  while (performance.now() < until && membersOf(mark, group).length > 0) await sleep(BETWEEN_GRACE_SCANS_MS);
  await killTree(mark, group);
};
