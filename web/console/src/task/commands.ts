import { COMMAND_EXAMPLES } from "#schema/command-examples.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { decide } from "#schema/task.decide.ts";
import { restore, type StatePath, unborn } from "#schema/task.evolve.ts";
import type { TaskContext } from "#schema/task.context.ts";
import type { TaskSummary } from "#schema/api.ts";
import { itemsLeft } from "../show/share-done.ts";

/** A button: the wish it sends, and the chart's answer to it. */
export interface Offer {
  /** Unique among a task's offers; browser tests find the button by it. */
  readonly id: "cancel" | "pause" | "resume" | "retry" | "retry-all" | "approve";
  readonly label: string;
  readonly command: TaskCommand;
  readonly allowed: boolean;
  /** Why not; empty when it is allowed. */
  readonly why: string;
}

interface Standing {
  readonly state: StatePath;
  readonly context: TaskContext;
}

const offer = (task: Standing, id: Offer["id"], label: string, command: TaskCommand): Offer => {
  const decision = decide(restore(task.state, task.context), command);
  return { id, label, command, allowed: decision.ok, why: decision.ok ? "" : decision.why };
};

const approveOffer = (task: Standing): Offer => {
  const { number: plan, hash } = task.context.plan ?? { number: COMMAND_EXAMPLES.approve.plan };
  return offer(task, "approve", "Review the plan", {
    type: "approve",
    plan,
    ...(hash === undefined ? {} : { hash }),
  });
};

const CANCEL_WORDS: Readonly<Partial<Record<StatePath, string>>> = {
  cancelling: "Cancelling…",
  "awaiting-approval": "Reject the plan",
};

/** With a plan a retry goes on with what is left; without one there is only the whole. */
const retryOffers = (task: Standing): readonly Offer[] => {
  const left = itemsLeft(task.context.counts);
  if (task.context.counts.planned === 0) {
    return [offer(task, "retry", "Retry", { type: "retry", items: "all" })];
  }
  const rest = offer(task, "retry", left > 0 ? `Retry the rest (${left})` : "Retry", COMMAND_EXAMPLES.retry);
  return [rest, offer(task, "retry-all", "Run everything again", { type: "retry", items: "all" })];
};

/** Every wish people may have about a task, each judged by the statechart itself. */
export const offersFor = (task: Standing): readonly Offer[] => [
  approveOffer(task),
  ...retryOffers(task),
  offer(task, "pause", "Pause", COMMAND_EXAMPLES.pause),
  offer(task, "resume", "Resume", COMMAND_EXAMPLES.resume),
  offer(task, "cancel", CANCEL_WORDS[task.state] ?? "Cancel", COMMAND_EXAMPLES.cancel),
];

/** Offers worth a place: what is allowed, and the two everybody looks for, with the reason when they are not. */
export const shownOffers = (offers: readonly Offer[]): readonly Offer[] =>
  offers.filter(({ id, allowed }) => {
    if (allowed || id === "cancel" || id === "retry") return true;
    return id === "pause" && !offers.some((other) => other.id === "resume" && other.allowed);
  });

const BLANK = unborn().context;

/** Cancel and retry as a list's line can offer them: their guards ask only for what the line holds. */
export const offersForLine = (line: TaskSummary): readonly Offer[] => {
  const { priority, attempt, failures, runner, dueAt, counts, outcome, error } = line;
  const context = { ...BLANK, priority, attempt, failures, runner, dueAt, counts, outcome, error };
  return offersFor({ state: line.state, context }).filter(
    ({ id, allowed }) => allowed && (id === "cancel" || id === "retry"),
  );
};
