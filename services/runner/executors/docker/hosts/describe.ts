import { setTimeout as sleep } from "node:timers/promises";
import type { HostInfo } from "#schema/host-api.ts";
import type { Engine } from "../engine/engine.ts";
import type { HostSite } from "./host-site.ts";

/** How long an answer may be waited for before the last one known is given instead: one host must not hold up the others. */
const PATIENCE_MS = 1_500;
/** Of one that did not answer in time before: nobody waits a second time for what is not there. */
const LITTLE_PATIENCE_MS = 50;
const ANSWER_MS = 10_000;

interface Options {
  readonly runner: string;
  readonly engine: Engine;
  /** What is wrong with the way to it, when that is known. */
  fault(): string | null;
  /** Since when last uses are learned on that engine (its id). */
  observedSince(engineId: string): Promise<string | null>;
}

/** Describes one host, again and again. */
export interface HostView {
  /** How it is now; how it was last when it does not answer at once. */
  look(): Promise<HostInfo>;
  /** It came or went: it is worth waiting for again. */
  changed(): void;
}

export const createHostView = (
  { name, address }: HostSite,
  { runner, engine, fault, observedSince }: Options,
): HostView => {
  const away = (message: string): HostInfo => ({
    name,
    runner,
    address,
    reachable: false,
    message,
    engine: null,
    containers: null,
    images: null,
    observedSince: null,
  });
  let last = away("It has not answered yet.");
  let asking: Promise<HostInfo> | undefined;
  let wasLate = false;

  const ask = async (): Promise<HostInfo> => {
    try {
      const { containers, images, ...about } = await engine.about(AbortSignal.timeout(ANSWER_MS));
      const since = await observedSince(about.id);
      const known = { engine: about, containers, images, observedSince: since };
      return { name, runner, address, reachable: true, message: null, ...known };
    } catch (error) {
      engine.forget();
      return away(fault() ?? engine.explain(error));
    }
  };
  /** Those that look at the same time share an answer. */
  const asked = (): Promise<HostInfo> => {
    if (asking) return asking;
    const answer: Promise<HostInfo> = ask().then((info) => {
      // What was asked before the host came or went is no news.
      if (asking !== answer) return info;
      asking = undefined;
      return (last = info);
    });
    asking = answer;
    return answer;
  };

  return {
    look: async () => {
      const late = sleep(wasLate ? LITTLE_PATIENCE_MS : PATIENCE_MS, true);
      wasLate = await Promise.race([asked().then(() => false), late]);
      return last;
    },
    changed: () => {
      wasLate = false;
      asking = undefined;
    },
  };
};
