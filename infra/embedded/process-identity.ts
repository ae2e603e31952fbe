import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { waitUntil } from "./wait-until.ts";

/** A process that can be told from a later one with the same number. */
export interface Identity {
  pid: number;
  since: string;
}

/** Linux has reported /proc times in hundredths of a second to user space since 2.6, whatever the kernel's HZ. */
const TICKS_PER_SECOND = 100;

const contentOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

const linuxStartTicks = (pid: number): number | undefined => {
  const stat = contentOf(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command name may hold spaces and brackets, so fields are counted from its last closing bracket.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
};

const psField = (pid: number, field: string): string | undefined => {
  try {
    return (
      execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim() || undefined
    );
  } catch {
    return undefined;
  }
};

/** The identity of a running process, or undefined when there is none (a zombie counts as none). */
export const identify = (pid: number): Identity | undefined => {
  if (process.platform !== "linux") {
    const since = psField(pid, "lstart");
    return since === undefined ? undefined : { pid, since };
  }
  const ticks = linuxStartTicks(pid);
  if (ticks === undefined) return undefined;
  return { pid, since: `${contentOf("/proc/sys/kernel/random/boot_id")?.trim() ?? "boot"}:${ticks}` };
};

/** Where process numbers mean the same: one boot of one machine, and on Linux one PID namespace of it. */
export const processHome = (): string => {
  if (process.platform !== "linux") return hostname();
  return `${contentOf("/proc/sys/kernel/random/boot_id")?.trim() ?? hostname()} ${readlinkSync("/proc/self/ns/pid")}`;
};

export const isAlive = (identity: Identity): boolean => identify(identity.pid)?.since === identity.since;

/** When a running process began, in seconds since 1970; exact to about a second. */
export const startedAt = (pid: number): number | undefined => {
  if (process.platform !== "linux") {
    const since = psField(pid, "lstart");
    return since === undefined ? undefined : Date.parse(since) / 1000;
  }
  const boot = /^btime (\d+)$/m.exec(contentOf("/proc/stat") ?? "")?.[1];
  const ticks = linuxStartTicks(pid);
  return boot === undefined || ticks === undefined ? undefined : Number(boot) + ticks / TICKS_PER_SECOND;
};

/** The words a process was started with; empty when they cannot be read. */
export const commandLine = (pid: number): string[] =>
  process.platform === "linux"
    ? (contentOf(`/proc/${pid}/cmdline`) ?? "").split("\0").filter(Boolean)
    : (psField(pid, "args") ?? "").split(" ");

const signalled = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
};

/** Asks a process to end with each signal in turn, `grace` milliseconds apart; true when it is gone. */
export const endProcess = async (
  identity: Identity,
  signals: NodeJS.Signals[],
  grace: number,
): Promise<boolean> => {
  for (const signal of signals) {
    if (!isAlive(identity)) return true;
    signalled(identity.pid, signal);
    if (await waitUntil(() => !isAlive(identity), { within: grace })) return true;
  }
  return !isAlive(identity);
};
