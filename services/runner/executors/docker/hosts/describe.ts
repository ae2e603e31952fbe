import type { HostInfo } from "#schema/host-api.ts";
import type { Engine } from "../engine/engine.ts";
import type { HostSite } from "./host-site.ts";

/** How long an answer may be waited for before the last one known is given instead: one host must not hold up the others. */
const PATIENCE_MS = 1_500;
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
  let asking: Promise<void> | undefined;

  const ask = async (): Promise<void> => {
    try {
      const { containers, images, ...about } = await engine.about(AbortSignal.timeout(ANSWER_MS));
      const since = await observedSince(about.id);
      const known = { engine: about, containers, images, observedSince: since };
      last = { name, runner, address, reachable: true, message: null, ...known };
    } catch (error) {
      engine.forget();
      last = away(fault() ?? engine.explain(error));
    }
  };

  return {
    look: async () => {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      await Promise.race([asking, late]);
      clearTimeout(timer);
      return last;
    },
  };
};
