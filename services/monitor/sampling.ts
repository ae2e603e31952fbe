import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "#infra/clock.ts";
import type { Log } from "#infra/log.ts";
import type { HostSample } from "#schema/telemetry.ts";

const EVERY_MS = 1_000;
/** A look that takes longer is reported as missing; the next one waits until it came back. */
const PATIENCE_MS = 3_000;

/** A host's name as a subject token. */
export const hostToken = (name: string): string =>
  name.replaceAll(/[^A-Za-z0-9_-]/g, "-").slice(0, 64) || "host";

interface SamplingOptions {
  readonly take: () => Promise<HostSample>;
  readonly publish: (sample: HostSample) => void;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly every?: number;
  readonly patience?: number;
}

/** Takes and publishes samples until the signal, never two at once. What cannot be seen is logged once, until it can be seen again. */
export const keepSampling = async (options: SamplingOptions): Promise<void> => {
  const { take, publish, log, signal, every = EVERY_MS, patience = PATIENCE_MS } = options;
  let blind = false;
  const complain = (reason: unknown): void => {
    if (!blind) log.warn({ err: reason }, "this host cannot be sampled; trying again until it can");
    blind = true;
  };
  const look = async (): Promise<void> => {
    const overdue = setTimeout(() => complain(new Error(`no sample within ${patience} ms`)), patience);
    try {
      const sample = await take();
      if (signal.aborted) return;
      publish(sample);
      if (blind) log.info("this host can be sampled again");
      blind = false;
    } catch (error) {
      complain(error);
    } finally {
      clearTimeout(overdue);
    }
  };
  const ended = new Promise<void>((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true }),
  );
  let left = every;
  for (;;) {
    await sleep(Math.max(0, left), undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return;
    const began = systemClock.monotonic();
    await Promise.race([look(), ended]);
    left = every - (systemClock.monotonic() - began);
  }
};
