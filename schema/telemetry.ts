import type { ItemKind } from "./items.ts";

/** High-volume observations, not facts: bounded in age, never needed to know a task's state. */

/**
 * How an attempt stands: its latest progress and metrics. `at` is its last sign of life, which need not be progress.
 * `etaMs` is an estimate of the milliseconds left.
 */
export interface Progress {
  readonly taskId: string;
  readonly attempt: number;
  readonly at: string;
  /** 0–100, or null when it cannot be known. */
  readonly percent: number | null;
  readonly message: string;
  readonly done?: number;
  readonly total?: number;
  readonly etaMs?: number;
  /** What is being worked on right now. */
  readonly current?: readonly string[];
  /** Bytes given back so far. */
  readonly freed?: number;
  /** What the work measures itself, by name. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** A chunk of output: at most 32 KiB or 100 ms of it. `chunk` counts up within the attempt; `dropped` counts bytes left out before it. */
export interface LogChunk {
  readonly taskId: string;
  readonly attempt: number;
  readonly chunk: number;
  readonly at: string;
  readonly stream: "stdout" | "stderr" | "system";
  readonly text: string;
  readonly dropped?: number;
}

/** One look at a host. CPU in percent of all cores, memory in bytes. */
export interface HostSample {
  readonly host: string;
  readonly at: string;
  readonly cpuPercent: number;
  readonly load1: number;
  readonly cores: number;
  readonly memoryUsed: number;
  readonly memoryTotal: number;
  readonly diskUsed: number;
  readonly diskTotal: number;
}

/**
 * What one attempt has used up to now, all its processes together; it never falls, and need not begin at 0. Null where
 * it shares its process with others or nothing shows it.
 */
export interface AttemptUse {
  readonly taskId: string;
  readonly attempt: number;
  /** Milliseconds of processor time. */
  readonly cpuMs: number | null;
  /** Bytes it holds in memory now. */
  readonly memoryBytes: number | null;
  /** Bytes read and written; what goes through `send` and `recv`, or files mapped into memory, the kernel does not count. */
  readonly ioBytes: number | null;
}

/** One look of a runner at all its attempts that have been at work for a while. Said also when there are none. */
export interface RunnerUse {
  readonly runner: string;
  readonly at: string;
  readonly attempts: readonly AttemptUse[];
}

/** Milliseconds between two looks of a runner at what its attempts use. */
export const USE_EVERY_MS = 5_000;
/** A runner that missed two looks has nothing to say of now. */
export const USE_FRESH_MS = 3 * USE_EVERY_MS;

/** Something changed on a container engine, or it went away or came back. */
export interface EngineChange {
  readonly runner: string;
  /** The host it is on, as payloads call it. */
  readonly host: string;
  readonly at: string;
  readonly reachable: boolean;
  /** What has changed; all of them when nobody was listening before. */
  readonly kinds: readonly ItemKind[];
  /** Full ids of changed containers; empty when they were too many, or all may have changed. */
  readonly containers: readonly string[];
}
