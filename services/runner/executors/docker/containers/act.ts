import { setTimeout as sleep } from "node:timers/promises";
import type { PlanItem } from "#schema/items.ts";
import { classify, isEngineAway, messageOf } from "../engine/classify.ts";
import type { Inspected, Verb } from "../engine/engine.ts";
import { judge, standingOf, UNREPEATABLE } from "./judge.ts";
import type { Tools } from "../bulk/carry-out.ts";
import { failedWith, type Settled } from "../bulk/settled.ts";
import { type Own, protectionOf } from "./protect.ts";

const SECOND = 1_000;
const DEFAULT_STOP_S = 10;
const STOP_MARGIN_S = 15;
const LOOK_AGAIN_MS = 250;

/** How long the engine may take, in ms; ending a container takes as long as the container itself was granted. */
const LIMIT_MS: Record<Exclude<Verb, "stop" | "restart">, number> = {
  start: 120 * SECOND,
  pause: 30 * SECOND,
  unpause: 30 * SECOND,
  kill: 30 * SECOND,
  remove: 300 * SECOND,
};

/** What acting on one container needs. */
export interface Acting extends Tools {
  readonly verb: Verb;
  readonly own: Own;
}

const stopSeconds = (inspected: Inspected): number => {
  const own = (inspected.Config as { StopTimeout?: number | null }).StopTimeout;
  // A negative StopTimeout waits for ever; ten minutes is our for ever.
  return own === undefined || own === null ? DEFAULT_STOP_S : own < 0 ? 600 : own;
};

const limitOf = (verb: Verb, inspected: Inspected): number =>
  verb === "stop" || verb === "restart" ? (stopSeconds(inspected) + STOP_MARGIN_S) * SECOND : LIMIT_MS[verb];

const UNFINISHED = failedWith("unfinished", "The engine was still at it when the run was ended.");

const look = async ({ engine, verb, intents, own }: Acting, item: PlanItem, index: number) => {
  const inspected = await engine.inspect(item.id);
  const standing = inspected === null ? null : standingOf(inspected);
  const verdict = judge(verb, standing, intents.of(index));
  const guarded = inspected === null ? null : protectionOf(item.id, inspected.Config.Labels ?? {}, own);
  return { inspected, standing, verdict, guarded };
};

/** Looks until an earlier request has visibly done its work; undefined when it has not within the limit. */
const watch = async (acting: Acting, item: PlanItem, index: number): Promise<Settled | undefined> => {
  let until: number | undefined;
  while (!acting.patience.aborted) {
    const { inspected, verdict } = await look(acting, item, index);
    if (verdict.to === "settle") return verdict;
    if (verdict.to === "act" || inspected === null) return undefined;
    until ??= performance.now() + (acting.verb === "remove" ? 60 : stopSeconds(inspected) + 5) * SECOND;
    if (performance.now() >= until) return undefined;
    await sleep(LOOK_AGAIN_MS);
  }
  return UNFINISHED;
};

/** After an answer that is not a plain yes: what the container itself shows. */
const reconcile = async (
  acting: Acting,
  place: { item: PlanItem; index: number },
  error: unknown,
): Promise<Settled> => {
  const answer = classify(error);
  const { standing, verdict: withIntent } = await look(acting, place.item, place.index);
  // A plain refusal means that this request changed nothing, so what is so now was not our doing.
  const isOpen = answer === "unclear" || answer === "trouble" || answer === "busy";
  const verdict = isOpen ? withIntent : judge(acting.verb, standing, undefined);
  if (verdict.to === "settle") return verdict.code === "reconciled" ? { outcome: "done" } : verdict;
  if (answer !== "unclear")
    return failedWith(answer === "trouble" ? "engine-error" : "refused", messageOf(error));
  return acting.patience.aborted
    ? UNFINISHED
    : failedWith("timeout", "The engine did not finish it in time.");
};

const request = async (
  acting: Acting,
  place: { item: PlanItem; index: number },
  limitMs: number,
): Promise<Settled> => {
  const { engine, verb, patience } = acting;
  try {
    await engine.act(verb, place.item.id, { signal: patience, limitMs });
    return { outcome: "done" };
  } catch (error) {
    if (isEngineAway(error)) throw error;
    if (classify(error) === "busy") {
      const seen = await watch(acting, place.item, place.index);
      if (seen) return seen;
    }
    return reconcile(acting, place, error);
  }
};

/**
 * Brings one container to the task's goal and tells how it stands; undefined when it was left for later. Throws when the
 * engine is away: then nothing is known and it is to be called again.
 */
export const actOn = async (acting: Acting, item: PlanItem, index: number): Promise<Settled | undefined> => {
  const { inspected, standing, verdict, guarded } = await look(acting, item, index);
  if (guarded !== null) return { outcome: "skipped", code: "protected", message: guarded };
  if (verdict.to === "settle") return verdict;
  if (inspected === null || standing === null) return { outcome: "skipped", code: "gone" };
  if (verdict.to === "watch") {
    const seen = await watch(acting, item, index);
    if (seen) return seen;
  }
  await acting.intents.declare(index, UNREPEATABLE.has(acting.verb) ? standing.startedAt : undefined);
  if (acting.patience.aborted) return undefined;
  return request(acting, { item, index }, limitOf(acting.verb, inspected));
};
