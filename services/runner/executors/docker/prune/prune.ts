import type { Static, TSchema } from "typebox";
import type { ItemKind, PlanItem } from "#schema/items.ts";
import { GUARD_OF_DELETING } from "#schema/plan-guard.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, type Ending, type Executor, failed, type JobContext } from "../../../executor.ts";
import { carryOut } from "../bulk/carry-out.ts";
import type { Engine } from "../engine/engine.ts";
import { createHost } from "../engine/host.ts";
import { ENGINE_SILENCE_MS } from "../engine/silence.ts";
import { engineOf, planEngine } from "../hosts/engine-of.ts";
import { hostFailure } from "../hosts/host-failure.ts";
import { HOST_FIELD, HOST_LANE } from "../hosts/lane.ts";
import { readLastUses } from "../hosts/last-use.ts";
import { assemble, TooMany } from "./assemble.ts";
import type { CommonPrune } from "./payload.ts";
import { containerWay } from "./remove-container.ts";
import { imageWay } from "./remove-image.ts";
import { cacheWay } from "./remove-cache.ts";
import { networkWay } from "./remove-network.ts";
import { volumeWay } from "./remove-volume.ts";
import { removeItem, type Way } from "./removal.ts";
import { rulesOf } from "./rules.ts";
import type { Survey } from "./seen.ts";
import { surveyEngine } from "./survey.ts";
import { createUsedSince } from "./used-since.ts";
import type { Judged } from "./verdict.ts";

/** The engine's own locks make more than these wait for each other. */
const LANES: Record<ItemKind, number> = { container: 8, network: 4, image: 2, "build-cache": 1, volume: 4 };

/** One type of prune. */
interface Pruning<S extends TSchema> {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly naming: string;
  readonly payload: S;
  readonly example: Static<S>;
  /** The kind its items are locked under where they do not say. */
  readonly kind: ItemKind;
  /** What is removed, in people's words: `containers`. */
  readonly things: string;
  kinds(payload: Static<S>): ReadonlySet<ItemKind>;
  judge(survey: Survey, payload: Static<S>): readonly Judged[];
  withVolumes?(payload: Static<S>): boolean;
}

type PruneContext = JobContext<CommonPrune>;

const waysFor = (
  engine: Engine,
  { payload, engine: planned }: PruneContext,
  withVolumes: boolean,
): Record<ItemKind, Way> => {
  const rules = rulesOf(payload);
  const apiVersion = planned?.apiVersion ?? "";
  return {
    container: containerWay(engine, rules, withVolumes),
    image: imageWay(engine, rules),
    volume: volumeWay(engine),
    network: networkWay(engine),
    "build-cache": cacheWay(engine, apiVersion),
  };
};

/** Surveys, judges and assembles; undefined when the task is to stop while the engine is away. */
const plan = async (
  context: PruneContext,
  kinds: ReadonlySet<ItemKind>,
  judge: (survey: Survey) => readonly Judged[],
): Promise<Ending> => {
  const hostEngine = engineOf(context);
  const { engine } = hostEngine;
  const stop = AbortSignal.any([context.cancelled, context.pausing]);
  context.progress({ percent: null, message: "Looking at what there is" });
  const planned = await createHost(engine, context).answered(async () => {
    const on = await planEngine(hostEngine, stop);
    const uses = await readLastUses(context.settings.data, on.id);
    const items = assemble(
      judge(await surveyEngine(engine, { kinds, uses, apiVersion: on.apiVersion }, stop)),
    );
    return { items, engine: on, ...(context.payload.dryRun === true ? { dryRun: true } : {}) };
  });
  if (!planned) return { type: context.cancelled.aborted ? "cancelled" : "paused" };
  return { type: "planned", plan: planned };
};

const kindOf = ({ kind }: PlanItem, fallback: ItemKind): ItemKind => kind ?? fallback;

const run = async <S extends TSchema>(
  pruning: Pruning<S>,
  context: JobContext<Static<S>>,
): Promise<Ending> => {
  const { engine } = engineOf(context as PruneContext);
  const ways = waysFor(engine, context as PruneContext, pruning.withVolumes?.(context.payload) === true);
  const since = createUsedSince(context);
  return carryOut(engine, context, {
    things: pruning.things,
    begin: since.begin,
    lanes: ([first]) => (first ? LANES[kindOf(first, pruning.kind)] : 1),
    act: (item, index, tools) =>
      removeItem(ways[kindOf(item, pruning.kind)], { item, index, usedAt: since.when(item) }, tools),
    past: () => "removed",
  });
};

/** An executor that lists, decides by our own rules and removes one by one: the engine's own prunes tell too little. */
export const definePrune = <S extends TSchema>(pruning: Pruning<S>): Executor =>
  defineExecutor({
    type: pruning.type,
    title: pruning.title,
    description: pruning.description,
    naming: pruning.naming,
    payload: pruning.payload,
    example: pruning.example,
    repeatable: true,
    pause: "checkpoint",
    isolation: "inline",
    itemLock: pruning.kind,
    guard: GUARD_OF_DELETING,
    stuckAfterMs: ENGINE_SILENCE_MS,
    lane: HOST_LANE,
    site: HOST_FIELD,
    retry: DEFAULT_RETRY,
    plan: async (context) => {
      try {
        return await plan(context as PruneContext, pruning.kinds(context.payload), (survey) =>
          pruning.judge(survey, context.payload),
        );
      } catch (error) {
        if (error instanceof TooMany) return failed("too-many", error.message, false);
        return hostFailure(error);
      }
    },
    run: async (context) => {
      try {
        return await run(pruning, context);
      } catch (error) {
        return hostFailure(error);
      }
    },
  });
