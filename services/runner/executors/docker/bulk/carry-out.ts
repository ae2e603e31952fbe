import { setMaxListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { type ItemCounts, type ItemResult, type PlanItem, recordItems } from "#schema/items.ts";
import { type Ending, failed, type JobContext } from "../../../executor.ts";
import { createHostLoad } from "../../../pool/host-load.ts";
import { messageOf } from "../engine/classify.ts";
import type { Engine } from "../engine/engine.ts";
import { createHost } from "../engine/host.ts";
import { createBrake } from "./brake.ts";
import { createEta } from "./eta.ts";
import { createIntents, type Intents } from "./intents.ts";
import { inLanes } from "./lanes.ts";
import { leftAlone } from "./left-alone.ts";
import { namesLeft, reopened, settledCount, type Stage, stagesLeft } from "./left-to-do.ts";
import { sayNames } from "./say-names.ts";
import { failedWith, type Settled, UNFINISHED } from "./settled.ts";

/** How long a cancelled or paused run waits for what is under way. */
const PATIENCE_MS = 20_000;
/** How often a lane that the brake holds asks again. */
const HELD_MS = 250;

/** What acting on one item may use. `patience` aborts when the task can wait no longer for what is under way. */
export interface Tools {
  readonly engine: Engine;
  readonly intents: Intents;
  readonly patience: AbortSignal;
}

/** How one sort of bulk work treats its items. */
export interface Doing {
  /** What is acted on, in people's words: `containers`. */
  readonly things: string;
  /** Looks round before the first item, as often as the engine was away. */
  begin?(): Promise<void>;
  /** How many items of a stage are acted on at once. */
  lanes(stage: readonly PlanItem[]): number;
  /** Undefined when the item was left for later. Throws when the engine is away: then it is called again. */
  act(item: PlanItem, index: number, tools: Tools): Promise<Settled | undefined>;
  /** What was done to an item: `stopped`. */
  past(item: PlanItem): string;
  /** Waits until what a stage did bears the next; ends by itself in time, and with `stop`. Throws when the engine is away. */
  ready?(stage: readonly PlanItem[], stop: AbortSignal): Promise<void>;
  /** What people must know when the run was cancelled, beside what it did not get to; lines. */
  atCancel?(): Promise<readonly string[]>;
}

const sentence = (doing: Doing, item: PlanItem, settled: Settled): string => {
  const past = doing.past(item);
  const words = { done: past, unchanged: `was ${past} already`, skipped: "skipped", failed: "failed" };
  return `${item.name}: ${words[settled.outcome]}${settled.message ? ` – ${settled.message}` : ""}`;
};

/** Aborts a while after the task was asked to stop. */
const patienceAfter = (stop: AbortSignal): AbortSignal => {
  const impatient = new AbortController();
  // Every lane waits for it: no leak, which Node would warn of.
  setMaxListeners(0, impatient.signal);
  const outOfPatience = (): void => void setTimeout(() => impatient.abort(), PATIENCE_MS).unref();
  if (stop.aborted) outOfPatience();
  else stop.addEventListener("abort", outOfPatience, { once: true });
  return impatient.signal;
};

/** Carries out a plan, stage by stage and several items at once, each item recorded as it settles. */
export const carryOut = async (engine: Engine, context: JobContext, doing: Doing): Promise<Ending> => {
  const { plan } = context;
  const host = createHost(engine, context);
  const stop = AbortSignal.any([context.cancelled, context.pausing]);
  const intents = createIntents(context);
  const tools: Tools = { engine, intents, patience: patienceAfter(stop) };
  const current = new Set<string>();
  const recorded: Promise<void>[] = [];
  const load = createHostLoad();
  const gauge = (): number => load().cpu;
  const limit = context.settings.cpuLimit / 100;
  let standing = reopened(context);
  let eta = createEta(1);
  let freed = 0;

  const tell = (): void => {
    const done = settledCount(standing.counts);
    const left = eta.left(plan.length - done);
    context.progress({
      done,
      total: plan.length,
      percent: plan.length === 0 ? 100 : Math.floor((done / plan.length) * 100),
      message: `${done} of ${plan.length}`,
      current: [...current],
      ...(left === undefined ? {} : { etaMs: left }),
      ...(freed === 0 ? {} : { freed }),
    });
  };
  const settle = (item: PlanItem, index: number, settled: Settled, ms?: number): void => {
    const result: ItemResult = { index, ...settled, ...(ms === undefined ? {} : { ms: Math.round(ms) }) };
    standing = recordItems(standing.marks, standing.counts, [result]);
    freed += settled.freed ?? 0;
    const told = context.items([result]).then(() => intents.settled(index, settled.outcome));
    // Heard of at the end, when nothing is left to be done.
    told.catch(() => undefined);
    recorded.push(told);
    context.log(sentence(doing, item, settled));
    tell();
  };
  const work = async (item: PlanItem, index: number): Promise<void> => {
    const begun = performance.now();
    current.add(item.name);
    tell();
    try {
      const settled = await host.answered(() => doing.act(item, index, tools));
      const ms = performance.now() - begun;
      current.delete(item.name);
      // What a pause cuts short has begun: whoever goes on looks what became of it.
      if (!settled || (settled.code === UNFINISHED.code && !context.cancelled.aborted)) return;
      if (settled.outcome === "done") eta.note(ms);
      settle(item, index, settled, ms);
    } catch (error) {
      current.delete(item.name);
      settle(item, index, failedWith("error", messageOf(error)));
    }
  };
  const workStage = async ({ indices, after }: Stage): Promise<void> => {
    if (after.length > 0) await bears(after);
    const todo = [...indices];
    const lanes = doing.lanes(indices.flatMap((index) => plan[index] ?? []));
    const brake = createBrake({ lanes, load: gauge, limit, now: () => performance.now() });
    const isOver = (): boolean => stop.aborted || todo.length === 0;
    eta = createEta(lanes);
    await inLanes(
      lanes,
      () => (stop.aborted ? undefined : todo.shift()),
      async (index) => {
        const item = plan[index];
        if (!item) return;
        const settled = leftAlone(context, item, index);
        if (settled) settle(item, index, settled);
        else await work(item, index);
      },
      async (lane) => {
        while (lane >= brake.open() && !isOver()) await sleep(HELD_MS);
      },
    );
  };
  const bears = async (after: readonly PlanItem[]): Promise<void> => {
    if (!doing.ready || context.dryRun) return;
    const wait = doing.ready.bind(doing);
    await host.answered(() => wait(after, stop)).catch((error: unknown) => context.log(messageOf(error)));
  };
  const sayLeft = async (): Promise<void> => {
    const more = doing.atCancel ? await doing.atCancel().catch(() => []) : [];
    const lines = [...sayNames("Not done", namesLeft(plan, standing.marks)), ...more];
    for (const line of lines) context.log(line);
  };

  tell();
  const pinned = await host.answered(async () => {
    await doing.begin?.();
    return context.engine === null || (await engine.about(stop)).id === context.engine.id;
  });
  if (pinned === false) {
    const message = `Another engine answers for host ${context.engine?.host ?? ""} than the one the plan was made on; nothing was done to it.`;
    return failed("engine-changed", message, false);
  }
  if (pinned) for (const stage of stagesLeft(plan, standing.marks)) if (!stop.aborted) await workStage(stage);
  await Promise.all(recorded);
  await intents.keepForRetry();
  if (settledCount(standing.counts) === plan.length) return ending(doing, standing.counts, freed);
  if (!context.cancelled.aborted) return { type: "paused" };
  await sayLeft();
  return { type: "cancelled" };
};

const ending = (
  { things }: Doing,
  { done, unchanged, skipped, failed: broken }: ItemCounts,
  freed: number,
): Ending => {
  if (broken > 0 && done + unchanged === 0) {
    const message = `All ${broken} ${things} that were not skipped failed.`;
    return failed("all-items-failed", message, true);
  }
  const counts = { done, unchanged, skipped, failed: broken };
  return { type: "completed", result: freed === 0 ? counts : { ...counts, freed } };
};
