import { execFileSync } from "node:child_process";

/** Older servers store an atomic batch message by message and say nothing. */
export const OLDEST_NATS = "2.12.0";

/** The dotted version a nats-server binary reports, or undefined when it is none. */
export const natsVersion = (binary: string): string | undefined => {
  try {
    const said = execFileSync(binary, ["--version"], { encoding: "utf8", timeout: 5000, stdio: "pipe" });
    return /v(\d+\.\d+\.\d+)/.exec(said)?.[1];
  } catch {
    return undefined;
  }
};

/** Negative when `a` is older than `b`, positive when it is newer, else 0. */
export const compareVersions = (a: string, b: string): number => {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (const [index, part] of left.entries()) {
    const difference = part - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
};

export const isNewEnough = (version: string): boolean => compareVersions(version, OLDEST_NATS) >= 0;
