import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { ChildSpec } from "./child-spec.ts";
import { appendLog, openLog } from "./log-file.ts";
import { endProcess, identify, type Identity } from "./process-identity.ts";
import { watchCrashes, watchWarnings } from "./service-lines.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A child that ran this long was well; its next end starts the waiting from the beginning. */
const STABLE_MS = 10_000;

export interface Witness {
  started(name: string, identity: Identity | undefined): void;
  /** Ended although nobody asked it to; it starts again in `wait` milliseconds. */
  died(name: string, how: string, wait: number): void;
  warned(name: string, text: string): void;
}

export interface Kept {
  readonly spec: ChildSpec;
  /** How often it ended unasked. */
  readonly deaths: number;
  readonly lastWarning: string | undefined;
  readonly identity: Identity | undefined;
  /** Ends it for good. `force` leaves out the first, polite signal. */
  stop(force: boolean): Promise<void>;
}

const startProcess = (spec: ChildSpec, logFile: string, warned: (text: string) => void): ChildProcess => {
  // A group of its own: Ctrl-C reaches the supervisor alone, which then stops its children in order.
  const options = { cwd: spec.cwd, env: spec.env, detached: true, ...spec.account };
  if (spec.output === "file") {
    const log = openLog(logFile);
    const child = spawn(spec.command, spec.args, { ...options, stdio: ["ignore", log, log] });
    closeSync(log);
    return child;
  }
  const child = spawn(spec.command, spec.args, { ...options, stdio: ["pipe", "pipe", "pipe"] });
  const append = appendLog(logFile);
  child.stdin?.on("error", () => undefined);
  for (const output of [child.stdout, child.stderr]) output?.on("data", append);
  if (child.stdout) watchWarnings(child.stdout, warned);
  if (child.stderr) watchCrashes(child.stderr, warned);
  return child;
};

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
  });

/** Starts a process, and again whenever it ends (0.1 s doubling to 5 s), until `stop`. */
export const keepAlive = (spec: ChildSpec, logFile: string, witness: Witness): Kept => {
  const stopping = new AbortController();
  let identity: Identity | undefined;
  let deaths = 0;
  let lastWarning: string | undefined;

  const warned = (text: string): void => {
    lastWarning = text;
    if (!stopping.signal.aborted) witness.warned(spec.name, text);
  };
  const liveOnce = async (): Promise<string> => {
    await spec.prepare?.();
    if (stopping.signal.aborted) return "stopped";
    const child = startProcess(spec, logFile, warned);
    const end = endOf(child);
    identity = child.pid === undefined ? undefined : identify(child.pid);
    witness.started(spec.name, identity);
    return end;
  };
  const live = async (): Promise<void> => {
    let wait = FIRST_WAIT_MS;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      const how = await liveOnce().catch((error: unknown) => String(error));
      identity = undefined;
      if (stopping.signal.aborted) return;
      deaths += 1;
      if (performance.now() - began > STABLE_MS) wait = FIRST_WAIT_MS;
      witness.died(spec.name, how, wait);
      await delay(wait, undefined, { signal: stopping.signal }).catch(() => undefined);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  };
  const life = live();

  return {
    spec,
    get deaths() {
      return deaths;
    },
    get lastWarning() {
      return lastWarning;
    },
    get identity() {
      return identity;
    },
    async stop(force) {
      stopping.abort();
      const signals = force ? spec.stop.slice(1) : spec.stop;
      if (identity !== undefined) await endProcess(identity, signals, spec.stopGrace);
      await life;
    },
  };
};
