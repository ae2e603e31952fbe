import { setTimeout as sleep } from "node:timers/promises";
import type { PlanItem } from "#schema/items.ts";
import type { Tools } from "../bulk/carry-out.ts";
import { failedWith, type Settled, skippedFor, UNFINISHED } from "../bulk/settled.ts";
import { classify, isEngineAway, messageOf, statusOf } from "../engine/classify.ts";
import { changesBetween } from "./looks.ts";

const BUSY_MS = 60_000;
const LOOK_AGAIN_MS = 250;

/** A thing as it is right now. */
export interface Look {
  readonly looks: string;
  /** Who uses it, in one sentence; null when nobody does. */
  readonly inUse: string | null;
}

/** How one kind of thing is looked at and removed. */
export interface Way {
  /** Null when it is gone. */
  look(item: PlanItem, patience: AbortSignal): Promise<Look | null>;
  /** Throws the engine's refusal. */
  remove(item: PlanItem, patience: AbortSignal): Promise<Settled>;
}

export const GONE: Settled = { outcome: "unchanged", code: "gone", message: "It was gone already." };
/** It is gone, and it was us: in an attempt that could not say so any more, or by a request whose answer was lost. */
const reconciled = ({ bytes }: PlanItem): Settled => ({
  outcome: "done",
  code: "reconciled",
  ...(bytes === undefined ? {} : { freed: bytes }),
});

/** Looks until somebody else's removal has ended; undefined when it has not within a minute. */
const untilGone = async (way: Way, item: PlanItem, patience: AbortSignal): Promise<Settled | undefined> => {
  const until = performance.now() + BUSY_MS;
  while (!patience.aborted && performance.now() < until) {
    if ((await way.look(item, patience)) === null) return GONE;
    await sleep(LOOK_AGAIN_MS);
  }
  return undefined;
};

/** What a refusal means, by the engine's answer and a fresh look. */
const refused = async (way: Way, item: PlanItem, error: unknown, patience: AbortSignal): Promise<Settled> => {
  if (isEngineAway(error)) throw error;
  const answer = classify(error);
  const status = statusOf(error);
  if (answer === "gone") return GONE;
  if (answer === "conflict" || status === 403)
    return { ...skippedFor("in-use", messageOf(error).trim()), answer: String(status) };
  if (answer === "busy") {
    const seen = await untilGone(way, item, patience);
    if (seen) return seen;
  }
  // Not by `patience`: a run that is told to end still finds out what became of its last request.
  if ((await way.look(item, new AbortController().signal)) === null) return reconciled(item);
  if (answer === "unclear")
    return patience.aborted ? UNFINISHED : failedWith("timeout", "The engine did not finish it in time.");
  const failure = failedWith(answer === "refused" ? "refused" : "engine-error", messageOf(error));
  return status === undefined ? failure : { ...failure, answer: String(status) };
};

/** An engine's yes is not yet the goal. What has its name by now and looks otherwise is another thing. */
const seenToBeGone = async (way: Way, item: PlanItem, removed: Settled): Promise<Settled> => {
  const left = await way.look(item, new AbortController().signal);
  if (left === null || changesBetween(item.looks ?? "", left.looks, false).length > 0) return removed;
  const { answer } = removed;
  const failure = failedWith("still-there", "The engine said that it was removed, but it is still there.");
  return answer === undefined ? failure : { ...failure, answer };
};

/** A thing of the plan, its place in there, and when it was used after the plan was made. */
interface Planned {
  readonly item: PlanItem;
  readonly index: number;
  readonly usedAt: string | undefined;
}

/**
 * Removes one planned thing when it still looks as planned and nobody uses it. Undefined when it was left for later;
 * throws when the engine is away, and is then to be called again.
 */
export const removeItem = async (
  way: Way,
  { item, index, usedAt }: Planned,
  { intents, patience }: Tools,
): Promise<Settled | undefined> => {
  const hasBegun = intents.of(index) !== undefined;
  const seen = await way.look(item, patience);
  if (seen === null) return hasBegun ? reconciled(item) : GONE;
  const changes = changesBetween(item.looks ?? "", seen.looks, hasBegun);
  if (changes.length > 0)
    return skippedFor("changed-since-plan", `It has changed since the plan: ${changes.join(", ")}.`);
  if (seen.inUse !== null) return skippedFor("in-use", seen.inUse);
  // Also when it was begun before: an image fetched anew has the id and the names it had.
  if (usedAt !== undefined)
    return skippedFor("changed-since-plan", `It was used at ${usedAt}, after the plan was made.`);
  await intents.declare(index, undefined);
  if (patience.aborted) return undefined;
  let removed: Settled;
  try {
    removed = await way.remove(item, patience);
  } catch (error) {
    return refused(way, item, error, patience);
  }
  return removed.outcome === "done" ? seenToBeGone(way, item, removed) : removed;
};
