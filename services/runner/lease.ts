import { Worker } from "node:worker_threads";
import { LEASE_ENTRY } from "./entries.ts";
import type { FromLease, LeaseSetup, ToLease } from "./lease-protocol.ts";

/** This runner's lease, kept by a thread of its own. */
export interface Lease {
  /** The scheduler has welcomed this boot. */
  hold(boot: string): void;
  /** Resolves at once while the lease stands, else when it stands again. */
  live(): Promise<void>;
  stop(): Promise<void>;
}

interface LeaseEvents {
  /** The scheduler does not know this boot any more: all its work is lost. */
  lost(boot: string): void;
  changed(state: "frozen" | "live"): void;
  failed(error: unknown): void;
}

export const startLease = (setup: LeaseSetup, events: LeaseEvents): Lease => {
  const worker = new Worker(LEASE_ENTRY, { workerData: setup });
  let frozen = true;
  let stopping = false;
  let waiting: (() => void)[] = [];

  const goOn = (): void => {
    frozen = false;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  worker.on("message", (message: FromLease) => {
    if (message.kind === "lost") {
      frozen = true;
      events.lost(message.boot);
      return;
    }
    if (message.kind === "frozen") frozen = true;
    else goOn();
    events.changed(message.kind);
  });
  worker.on("error", events.failed);
  worker.on("exit", (code) => {
    if (!stopping) events.failed(new Error(`the lease thread ended with code ${code}`));
  });

  return {
    hold: (boot) => {
      goOn();
      worker.postMessage({ boot } satisfies ToLease);
    },
    live: () => (frozen ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve()),
    stop: async () => {
      stopping = true;
      await worker.terminate();
    },
  };
};
