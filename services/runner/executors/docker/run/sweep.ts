import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#infra/log.ts";
import type { Engine, Listed } from "../engine/engine.ts";
import { LABELS, ownerOf } from "./labels.ts";

const ACT_MS = 15_000;
const FIRST_TRY_MS = 3_000;
const AGAIN_MS = 5_000;

/** The containers of this runner's tasks, as far as nobody else looks after them. */
export interface ContainerSweep {
  /** Ends those of an attempt whose slot is gone. */
  endOf(attempt: string): Promise<void>;
  /** Pauses all at work, as the lease does with processes; `goOn` undoes that. */
  hold(): Promise<void>;
  goOn(): Promise<void>;
  stop(): void;
}

/** Ends what an earlier process of this runner left: at once when the engine answers, else as soon as it does. */
export const startContainerSweep = async (
  engine: Engine,
  runner: string,
  log: Log,
): Promise<ContainerSweep> => {
  const stopped = new AbortController();
  const owner = ownerOf(process.pid);
  let held: readonly string[] = [];

  const ours = async (signal?: AbortSignal): Promise<Listed[]> =>
    (await engine.list(signal)).filter(
      ({ Labels }) => (Labels as typeof Labels | null)?.[LABELS.runner] === runner,
    );
  let line: Promise<unknown> = Promise.resolve();
  /** What was asked first is done first. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = line.then(work);
    line = turn.catch(() => undefined);
    return turn;
  };
  const end = async (containers: readonly Listed[]): Promise<void> => {
    for (const { Id } of containers) await engine.discard(Id, { limitMs: ACT_MS });
  };
  const endLeftovers = async (signal?: AbortSignal): Promise<void> => {
    const left = (await ours(signal)).filter(({ Labels }) => Labels[LABELS.owner] !== owner);
    await end(left);
    if (left.length > 0)
      log.warn({ containers: left.length }, "ended containers an earlier runner process left");
  };
  const keepTrying = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await sleep(AGAIN_MS, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      try {
        return await endLeftovers(stopped.signal);
      } catch {
        // Still away.
      }
    }
  };

  await endLeftovers(AbortSignal.timeout(FIRST_TRY_MS)).catch(() => void keepTrying());
  return {
    endOf: async (attempt) => {
      const mine = (await ours().catch(() => [])).filter(({ Labels }) => Labels[LABELS.attempt] === attempt);
      await end(mine).catch((error: unknown) => log.warn({ err: error }, "a container could not be ended"));
    },
    hold: () =>
      inTurn(async () => {
        const working = (await ours()).filter(({ State }) => State === "running");
        held = [...held, ...working.map(({ Id }) => Id)];
        for (const { Id } of working)
          await engine.act("pause", Id, { limitMs: ACT_MS }).catch(() => undefined);
      }),
    goOn: () =>
      inTurn(async () => {
        const ids = held;
        held = [];
        for (const id of ids) await engine.act("unpause", id, { limitMs: ACT_MS }).catch(() => undefined);
      }),
    stop: () => stopped.abort(),
  };
};
