import {
  type ItemCounts,
  type ItemResult,
  markAt,
  type PlanItem,
  recordItems,
  reopenFailed,
} from "#schema/items.ts";
import type { Ending, JobContext } from "../../executor.ts";
import { failed } from "../../executor.ts";
import { actOn, type Acting } from "./act.ts";
import { messageOf } from "./classify.ts";
import type { Engine } from "./engine.ts";
import { createEta } from "./eta.ts";
import { createHost } from "./host.ts";
import { createIntents } from "./intents.ts";
import type { Settled } from "./judge.ts";
import { inLanes } from "./lanes.ts";
import type { ContainersPayload } from "./payload.ts";
import { findOwn } from "./protect.ts";

const LANES = 8;
/** How long a cancelled or paused run waits for what is under way. */
const PATIENCE_MS = 20_000;

const PAST: Record<ContainersPayload["action"], string> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  pause: "paused",
  unpause: "unpaused",
  kill: "killed",
  remove: "removed",
};

const sentence = (action: ContainersPayload["action"], name: string, settled: Settled): string => {
  const words = {
    done: PAST[action],
    unchanged: `was ${PAST[action]} already`,
    skipped: "skipped",
    failed: "failed",
  };
  return `${name}: ${words[settled.outcome]}${settled.message ? ` – ${settled.message}` : ""}`;
};

/** Where to go on: with what is open; when nothing is, this is a retry of what failed. */
const reopened = ({ plan, standing: { marks, counts } }: JobContext): JobContext["standing"] => {
  const isOpen = plan.some((_, index) => markAt(marks, index) < 2);
  return isOpen ? { marks, counts } : reopenFailed(marks, counts);
};

const settledOf = ({ done, unchanged, skipped, failed: broken }: ItemCounts): number =>
  done + unchanged + skipped + broken;

/** Carries out a plan, several containers at once, each item recorded as it settles. */
export const carryOut = async (engine: Engine, context: JobContext<ContainersPayload>): Promise<Ending> => {
  const { plan, payload } = context;
  const lanes = payload.concurrency ?? LANES;
  const host = createHost(engine, context);
  const stop = AbortSignal.any([context.cancelled, context.pausing]);
  const impatient = new AbortController();
  const outOfPatience = (): void => void setTimeout(() => impatient.abort(), PATIENCE_MS).unref();
  if (stop.aborted) outOfPatience();
  else stop.addEventListener("abort", outOfPatience, { once: true });

  const eta = createEta(lanes);
  const intents = createIntents(context);
  const current = new Set<string>();
  const recorded: Promise<void>[] = [];
  let standing = reopened(context);
  const todo = plan.flatMap((_, index) => (markAt(standing.marks, index) < 2 ? [index] : []));

  const tell = (): void => {
    const done = settledOf(standing.counts);
    const left = eta.left(plan.length - done);
    context.progress({
      done,
      total: plan.length,
      percent: plan.length === 0 ? 100 : Math.floor((done / plan.length) * 100),
      message: `${done} of ${plan.length}`,
      current: [...current],
      ...(left === undefined ? {} : { etaMs: left }),
    });
  };
  const settle = (index: number, settled: Settled, ms?: number): void => {
    const result: ItemResult = {
      index,
      ...pick(settled),
      ...(ms === undefined ? {} : { ms: Math.round(ms) }),
    };
    standing = recordItems(standing.marks, standing.counts, [result]);
    recorded.push(context.items([result]).then(() => intents.settled(index)));
    context.log(sentence(payload.action, plan[index]?.name ?? "", settled));
    tell();
  };
  const work = async (index: number, acting: Acting, item: PlanItem): Promise<void> => {
    const begun = performance.now();
    current.add(item.name);
    tell();
    try {
      const settled = await host.answered(() => actOn(acting, item, index));
      const ms = performance.now() - begun;
      current.delete(item.name);
      if (!settled) return;
      if (settled.outcome === "done") eta.note(ms);
      settle(index, settled, ms);
    } catch (error) {
      current.delete(item.name);
      settle(index, { outcome: "failed", code: "error", message: messageOf(error).slice(0, 1_000) });
    }
  };

  tell();
  const listed = await host.answered(() => engine.list());
  if (listed) {
    const own = findOwn(listed);
    const acting: Acting = { engine, verb: payload.action, own, intents, patience: impatient.signal };
    await inLanes(
      lanes,
      () => (stop.aborted ? undefined : todo.shift()),
      async (index) => {
        const item = plan[index];
        if (!item) return;
        if (item.skip === undefined) await work(index, acting, item);
        else settle(index, { outcome: "skipped", code: "protected", message: item.skip });
      },
    );
  }
  await Promise.all(recorded);
  if (settledOf(standing.counts) < plan.length || todo.length > 0) {
    return { type: context.cancelled.aborted ? "cancelled" : "paused" };
  }
  return ending(standing.counts);
};

const pick = ({ outcome, code, message }: Settled): Settled => ({
  outcome,
  ...(code === undefined ? {} : { code }),
  ...(message === undefined ? {} : { message }),
});

const ending = ({ done, unchanged, skipped, failed: broken }: ItemCounts): Ending => {
  if (broken > 0 && done + unchanged === 0) {
    const message = `All ${broken} containers that were not skipped failed.`;
    return failed("all-items-failed", message, true);
  }
  return { type: "completed", result: { done, unchanged, skipped, failed: broken } };
};
