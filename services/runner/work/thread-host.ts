import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { WORK_ENTRY } from "../entries.ts";
import { excessEnding } from "./excess.ts";
import { type Ending, failed } from "../executor.ts";
import type { FromSlot, Job, ToSlot } from "../slots/slot-protocol.ts";
import type { Work } from "./work.ts";

const GRACE_MS = 5_000;
const LOOK_EVERY_MS = 250;
const MIB = 1024 * 1024;

/** A slot's worker thread: warm between jobs, replaced when one had to be ended with it. */
export interface ThreadHost {
  begin(job: Job, say: (message: FromSlot) => void): Work;
}

interface Warm {
  readonly worker: Worker;
  readonly memoryBytes: number | undefined;
}

const endingOf = (error: unknown, { limits, repeatable }: Job): Ending => {
  if ((error as { code?: string } | undefined)?.code === "ERR_WORKER_OUT_OF_MEMORY")
    return excessEnding("memory", limits);
  if (error === undefined) return failed("crashed", "The thread that did the work ended itself.", repeatable);
  const text =
    error instanceof Error ? (error.stack ?? error.message) : "It threw something that is no error.";
  return failed("crashed", text.split("\n").slice(0, 8).join("\n"), repeatable);
};

/** `groups` and `ahead` are what the slot was prepared with. */
export const createThreadHost = (prepared: Extract<ToSlot, { kind: "prepare" }>): ThreadHost => {
  let warm: Warm | undefined;

  const start = (memoryBytes: number | undefined): Warm => {
    const resourceLimits = { maxOldGenerationSizeMb: Math.ceil((memoryBytes ?? 0) / MIB) };
    const worker = new Worker(WORK_ENTRY, memoryBytes === undefined ? {} : { resourceLimits });
    worker.postMessage(prepared);
    // Between jobs there is nobody it could be a failure of.
    worker.on("error", () => undefined);
    worker.once("exit", () => {
      if (warm?.worker === worker) warm = undefined;
    });
    worker.unref();
    return { worker, memoryBytes };
  };
  const take = (memoryBytes: number | undefined): Worker => {
    if (warm && warm.memoryBytes !== memoryBytes) void warm.worker.terminate();
    warm = warm?.memoryBytes === memoryBytes ? (warm ?? start(memoryBytes)) : start(memoryBytes);
    return warm.worker;
  };

  const begin: ThreadHost["begin"] = (job, say) => {
    const worker = take(job.limits.memoryBytes);
    const before = process.memoryUsage.rss();
    let over = false;
    let fault: unknown;

    const end = (ending: Ending): void => {
      if (over) return;
      over = true;
      clearInterval(watch);
      worker.off("message", hear).off("error", failedWith).off("exit", exited);
      say({ kind: "ended", ending });
    };
    const hear = (message: FromSlot): void => {
      if (message.kind === "ended") end(message.ending);
      else say(message);
    };
    const failedWith = (error: unknown): void => void (fault = error);
    const exited = (): void => end(endingOf(fault, job));
    const stop = async (ending: Ending): Promise<void> => {
      worker.off("exit", exited);
      if (warm?.worker === worker) warm = undefined;
      await worker.terminate();
      end(ending);
    };

    // The thread's own limit counts neither buffers nor what it calls outside of the heap; one job at a time is here.
    const { memoryBytes } = job.limits;
    const watch = setInterval(() => {
      if (memoryBytes !== undefined && process.memoryUsage.rss() - before > memoryBytes)
        void stop(excessEnding("memory", job.limits));
    }, LOOK_EVERY_MS);

    worker.on("message", hear).on("error", failedWith).on("exit", exited);
    worker.postMessage({ kind: "begin", job } satisfies ToSlot);
    return {
      hear: (message) => {
        worker.postMessage(message);
        if (message.kind !== "cancel") return;
        void sleep(GRACE_MS).then(() => (over ? undefined : stop({ type: "cancelled" })));
      },
    };
  };

  if (prepared.inThread.length > 0) warm = start(undefined);
  return { begin };
};
