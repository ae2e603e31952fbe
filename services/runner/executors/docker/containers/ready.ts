import { setTimeout as sleep } from "node:timers/promises";
import type { PlanItem } from "#schema/items.ts";
import { inLanes } from "../bulk/lanes.ts";
import type { Engine, Inspected, Listed } from "../engine/engine.ts";
import { serviceOf } from "./compose.ts";

const AT_ONCE = 8;
const AGAIN_MS = 500;
/** Four times what a health check takes by default; one that needs longer is told of, and the rest goes on. */
const READY_MS = 120_000;

/** Services that others wait for until they have done their work. */
export const servicesToEnd = (listed: readonly Listed[]): ReadonlySet<string> =>
  new Set(
    listed.flatMap(({ Labels }) =>
      (serviceOf(Labels)?.needs ?? []).filter(({ ended }) => ended).map(({ key }) => key),
    ),
  );

type Readiness = "ready" | "not-yet" | "unhealthy";

/** Whether what depends on it may begin; one that is gone or has ended has nothing to be waited for. */
export const readinessOf = (inspected: Inspected | null, toEnd: ReadonlySet<string>): Readiness => {
  if (inspected === null) return "ready";
  const { State, Config } = inspected;
  if (State.Restarting) return "not-yet";
  if (!State.Running) return "ready";
  const key = serviceOf(Config.Labels)?.key;
  if (key !== undefined && toEnd.has(key)) return "not-yet";
  const health = State.Health?.Status;
  if (health === "unhealthy") return "unhealthy";
  return health === "starting" ? "not-yet" : "ready";
};

interface Waiting {
  readonly engine: Engine;
  readonly toEnd: ReadonlySet<string>;
  readonly stop: AbortSignal;
  say(line: string): void;
}

/** Resolves when all are ready, have shown that they will not be, or time is up; tells which were not. Throws when the engine is away. */
export const waitUntilReady = async (
  items: readonly PlanItem[],
  { engine, toEnd, stop, say }: Waiting,
  limitMs = READY_MS,
): Promise<void> => {
  const until = performance.now() + limitMs;
  const wait = async ({ id, name }: PlanItem): Promise<void> => {
    while (!stop.aborted) {
      const readiness = readinessOf(await engine.inspect(id), toEnd);
      if (readiness === "ready") return;
      if (readiness === "unhealthy") return say(`${name}: is unhealthy; what depends on it goes on`);
      if (performance.now() >= until)
        return say(
          `${name}: was not ready after ${Math.round(limitMs / 1_000)} s; what depends on it goes on`,
        );
      await sleep(AGAIN_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  };
  const left = [...items];
  await inLanes(AT_ONCE, () => left.shift(), wait);
};
