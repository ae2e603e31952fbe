import { setTimeout as sleep } from "node:timers/promises";
import { lookAt, markedProcesses, type Seen } from "./process-scan.ts";

const BETWEEN_SCANS_MS = 20;
/** A look reads /proc of every process of the host; seconds of grace need fewer. */
const BETWEEN_GRACE_SCANS_MS = 50;

/** A process in uninterruptible sleep outlives SIGKILL until its I/O returns; nobody can wait for that. */
const KILL_LIMIT_MS = 10_000;

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal, which is what a signal is for.
  }
};

/** Signals every process of the tree once; gives their number. */
export const signalTree = (mark: string, signal: NodeJS.Signals): number => {
  const members = markedProcesses(mark);
  for (const { pid } of members) send(pid, signal);
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
      send(seen.pid, "SIGSTOP");
      stopped.set(seen.pid, seen);
    }
  }
};

export const resumeProcesses = (stopped: readonly Seen[]): void => {
  for (const { pid, start } of stopped) if (lookAt(pid)?.start === start) send(pid, "SIGCONT");
};

const killOnce = (mark: string): number => {
  stopTree(mark);
  return signalTree(mark, "SIGKILL");
};

/** Kills the whole tree, escapees too, until two looks in a row find nothing alive (10 s at most). Gives the number of signals sent. */
export const killTree = async (mark: string): Promise<number> => {
  const until = performance.now() + KILL_LIMIT_MS;
  let sent = 0;
  for (let empty = 0; empty < 2 && performance.now() < until;) {
    const found = killOnce(mark);
    sent += found;
    empty = found === 0 ? empty + 1 : 0;
    if (empty < 2) await sleep(BETWEEN_SCANS_MS);
  }
  return sent;
};

/** The same without letting anything else of this process run meanwhile. */
export const killTreeNow = (mark: string): void => {
  const until = performance.now() + KILL_LIMIT_MS;
  const never = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let empty = 0; empty < 2 && performance.now() < until;) {
    empty = killOnce(mark) === 0 ? empty + 1 : 0;
    if (empty < 2) Atomics.wait(never, 0, 0, BETWEEN_SCANS_MS);
  }
};

/** Asks the tree to end, and kills what is left after `graceMs`. */
export const endTree = async (mark: string, graceMs: number): Promise<void> => {
  const until = performance.now() + graceMs;
  // A stopped process cannot act on SIGTERM before it is resumed.
  signalTree(mark, "SIGTERM");
  signalTree(mark, "SIGCONT");
  while (performance.now() < until && markedProcesses(mark).length > 0) await sleep(BETWEEN_GRACE_SCANS_MS);
  await killTree(mark);
};
