import { inLanes } from "../bulk/lanes.ts";
import type { Engine, Inspected } from "../engine/engine.ts";

const INSPECTS_AT_ONCE = 8;
/** What the engine grants where a container says nothing. */
export const DEFAULT_STOP_S = 10;
/** A negative StopTimeout waits for ever; this is our for ever. */
const FOR_EVER_S = 600;

/** What a listing does not say about a container. */
export interface Finding {
  /** The engine deletes it when it ends. */
  readonly autoRemove: boolean;
  /** The engine's own time of its latest start. */
  readonly startedAt: string;
  /** How often its restart policy has started it since somebody did. */
  readonly restarts: number;
  /** How long it may take to end after it was told to. */
  readonly stopSeconds: number;
}

export const stopSecondsOf = ({ Config }: Pick<Inspected, "Config">): number => {
  const own = (Config as { StopTimeout?: number | null }).StopTimeout;
  return own === undefined || own === null ? DEFAULT_STOP_S : own < 0 ? FOR_EVER_S : own;
};

export const findingOf = (inspected: Inspected): Finding => ({
  autoRemove: inspected.HostConfig.AutoRemove === true,
  startedAt: inspected.State.StartedAt,
  restarts: inspected.RestartCount,
  stopSeconds: stopSecondsOf(inspected),
});

/** Looks at each of them, several at once; one that has gone meanwhile is left out. */
export const findOut = async (
  engine: Engine,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Finding>> => {
  const found = new Map<string, Finding>();
  const left = [...ids];
  await inLanes(
    INSPECTS_AT_ONCE,
    () => left.shift(),
    async (id) => {
      const inspected = await engine.inspect(id, signal);
      if (inspected) found.set(id, findingOf(inspected));
    },
  );
  return found;
};
