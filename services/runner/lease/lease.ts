import { Worker } from "node:worker_threads";
import { LEASE_ENTRY } from "../entries.ts";
import type { FromLease, LeaseSetup, ToLease } from "./lease-protocol.ts";

/** This runner's lease, kept by a thread of its own. */
export interface Lease {
  /** The scheduler has welcomed this boot. */
  hold(boot: string): void;
  /** Resolves at once while the lease stands, else when it stands again. */
  live(): Promise<void>;
  /** False while it does not: then all work stands still, or is none. */
  stands(): boolean;
  stop(): Promise<void>;
}

interface LeaseEvents {
  /** The scheduler does not know this boot any more: all its work is lost. */
  lost(boot: string): void;
  changed(state: "frozen" | "live"): void;
  failed(error: unknown): void;
}

export const startLease = (setup: Omit<LeaseSetup, "frozen">, events: LeaseEvents): Lease => {
  const frozen = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const word = new Int32Array(frozen);
  const worker = new Worker(LEASE_ENTRY, { workerData: { ...setup, frozen } satisfies LeaseSetup });
  /** Nothing stands before the first welcome, or after being declared lost. */
  let held = false;
  let stopping = false;
  let waiting: (() => void)[] = [];

  const stands = (): boolean => held && Atomics.load(word, 0) === 0;
  const goOn = (): void => {
    if (!stands()) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  worker.on("message", (message: FromLease) => {
    if (message.kind === "lost") {
      held = false;
      events.lost(message.boot);
      return;
    }
    if (message.kind === "live") goOn();
    events.changed(message.kind);
  });
  worker.on("error", events.failed);
  worker.on("exit", (code) => {
    if (!stopping) events.failed(new Error(`the lease thread ended with code ${code}`));
  });

  return {
    hold: (boot) => {
      held = true;
      // A frozen thread thaws by this, and says so.
      worker.postMessage({ boot } satisfies ToLease);
      goOn();
    },
    live: () => (stands() ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    stands,
    stop: async () => {
      stopping = true;
      await worker.terminate();
    },
  };
};
