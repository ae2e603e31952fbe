import { setTimeout as sleep } from "node:timers/promises";
import type { PlanItem } from "#schema/items.ts";
import type { Tools } from "../bulk/carry-out.ts";
import { failedWith, type Settled, skippedFor, UNFINISHED } from "../bulk/settled.ts";
import { classify, isEngineAway, messageOf, statusOf } from "../engine/classify.ts";
import type { Inspected, Verb } from "../engine/engine.ts";
import { stopSecondsOf } from "./findings.ts";
import { judge, standingOf, UNREPEATABLE } from "./judge.ts";
import { changedSince } from "./looks.ts";
import { type Own, protectionOf } from "./protect.ts";

const SECOND = 1_000;
const STOP_MARGIN_S = 15;
const LOOK_AGAIN_MS = 250;

/** Between an engine's yes and its being seen: a kill is answered before the process is gone. */
const CONFIRM_MS = 10_000;
const GONE_AT_ONCE = "It ended at once and is gone: a container made with --rm goes when it ends.";

/** The engine's answer to all of these when it has done it; dockerode does not hand the status on. */
const DONE = "204";

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
  /** A restart is to start stopped ones too. */
  readonly alsoStopped: boolean;
  readonly own: Own;
}

const limitOf = (verb: Verb, inspected: Inspected): number =>
  verb === "stop" || verb === "restart"
    ? (stopSecondsOf(inspected) + STOP_MARGIN_S) * SECOND
    : LIMIT_MS[verb];

const look = async ({ engine, verb, alsoStopped, intents, own }: Acting, item: PlanItem, index: number) => {
  const inspected = await engine.inspect(item.id);
  const standing = inspected === null ? null : standingOf(inspected);
  const intent = intents.of(index);
  const verdict = judge(verb, standing, intent, alsoStopped);
  const guarded = inspected === null ? null : protectionOf(item.id, inspected.Config.Labels ?? {}, own);
  // What has been begun already has changed it itself.
  const changed = inspected === null || intent ? null : changedSince(verb, item.looks, inspected);
  return { inspected, standing, verdict, guarded, changed };
};

/** Looks until an earlier request has visibly done its work; undefined when it has not within the limit. */
const watch = async (acting: Acting, item: PlanItem, index: number): Promise<Settled | undefined> => {
  let until: number | undefined;
  while (!acting.patience.aborted) {
    const { inspected, verdict } = await look(acting, item, index);
    if (verdict.to === "settle") return verdict;
    if (verdict.to === "act" || inspected === null) return undefined;
    until ??= performance.now() + (acting.verb === "remove" ? 60 : stopSecondsOf(inspected) + 5) * SECOND;
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
  const meaning = classify(error);
  const { standing, verdict: withIntent } = await look(acting, place.item, place.index);
  // A plain refusal means that this request changed nothing, so what is so now was not our doing.
  const isOpen = meaning === "unclear" || meaning === "trouble" || meaning === "busy";
  const verdict = isOpen ? withIntent : judge(acting.verb, standing, undefined, acting.alsoStopped);
  // A restart that is refused half way has stopped what ran: that is no reason to have left it alone.
  const isHalfWay = acting.verb === "restart" && standing !== null && !standing.running;
  if (verdict.to === "settle" && !isHalfWay)
    return verdict.code === "reconciled" ? { outcome: "done" } : verdict;
  if (meaning !== "unclear")
    return failedWith(meaning === "trouble" ? "engine-error" : "refused", messageOf(error));
  return acting.patience.aborted
    ? UNFINISHED
    : failedWith("timeout", "The engine did not finish it in time.");
};

/** Has been started, and has ended since: what it ended with tells whether that was its work or a crash. */
const endedAtOnce = ({ State: { ExitCode: code } }: Inspected): Settled => {
  const message = `It ended at once, with exit code ${code}.`;
  return code === 0 ? { outcome: "done", message } : failedWith("ended-at-once", message);
};

/** What is to be seen after the engine's yes; undefined while that is still on its way. */
const confirmed = (
  { verb, alsoStopped }: Acting,
  before: Inspected,
  after: Inspected | null,
): Settled | undefined => {
  const standing = after && standingOf(after);
  if (verb === "start" || verb === "restart") {
    if (after === null) return { outcome: "done", code: "removed", message: GONE_AT_ONCE };
    if (standing?.running === false) return endedAtOnce(after);
  }
  const startedAgain = standing?.running === true && standing.startedAt !== before.State.StartedAt;
  if (verb === "stop" && startedAgain)
    return { outcome: "done", code: "started-since", message: "It was stopped, and is started again since." };
  const verdict = judge(verb, standing, { startedAt: before.State.StartedAt }, alsoStopped);
  if (verdict.to !== "settle" || verdict.outcome === "skipped") return undefined;
  const { to: _to, ...settled } = verdict;
  return settled.code === "reconciled" ? { outcome: "done" } : { ...settled, outcome: "done" };
};

/** Has ended and goes by itself: engines delete what was made with --rm a moment after they said yes. */
const isLeaving = ({ verb }: Acting, { HostConfig }: Inspected, after: Inspected | null): boolean =>
  (verb === "stop" || verb === "kill") &&
  HostConfig.AutoRemove === true &&
  after !== null &&
  !standingOf(after).running;

/** An engine's yes is not yet the goal: looks once more, and for a moment longer where something is still on its way. */
const confirm = async (acting: Acting, item: PlanItem, before: Inspected): Promise<Settled> => {
  const until = performance.now() + CONFIRM_MS;
  for (;;) {
    const after = await acting.engine.inspect(item.id);
    const settled = confirmed(acting, before, after);
    const isLate = acting.patience.aborted || performance.now() >= until;
    if (settled && (isLate || !isLeaving(acting, before, after))) return settled;
    if (acting.patience.aborted) return UNFINISHED;
    if (isLate)
      return failedWith("not-met", `The engine said yes, but it is ${after?.State.Status ?? "gone"}.`);
    await sleep(LOOK_AGAIN_MS);
  }
};

const answered = (settled: Settled, error: unknown): Settled => {
  const status = statusOf(error);
  return status === undefined ? settled : { ...settled, answer: String(status) };
};

const request = async (
  acting: Acting,
  place: { item: PlanItem; index: number },
  before: Inspected,
): Promise<Settled> => {
  const { engine, verb, patience } = acting;
  const limitMs = limitOf(verb, before);
  try {
    await engine.act(verb, place.item.id, { signal: patience, limitMs });
  } catch (error) {
    if (isEngineAway(error)) throw error;
    if (classify(error) === "busy") {
      const seen = await watch(acting, place.item, place.index);
      if (seen) return answered(seen, error);
    }
    return answered(await reconcile(acting, place, error), error);
  }
  return { ...(await confirm(acting, place.item, before)), answer: DONE };
};

/**
 * Brings one container to the task's goal and tells how it stands; undefined when it was left for later. Throws when the
 * engine is away: then nothing is known and it is to be called again.
 */
export const actOn = async (acting: Acting, item: PlanItem, index: number): Promise<Settled | undefined> => {
  const { inspected, standing, verdict, guarded, changed } = await look(acting, item, index);
  if (guarded !== null) return skippedFor("protected", guarded);
  if (changed !== null) return skippedFor("changed", changed);
  if (verdict.to === "settle") return verdict;
  if (inspected === null || standing === null) return skippedFor("gone");
  if (verdict.to === "watch") {
    const seen = await watch(acting, item, index);
    if (seen) return seen;
  }
  await acting.intents.declare(index, UNREPEATABLE.has(acting.verb) ? standing.startedAt : undefined);
  if (acting.patience.aborted) return undefined;
  return request(acting, { item, index }, inspected);
};
