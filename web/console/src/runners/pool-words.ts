import type { PoolStatus } from "#schema/pool.ts";
import type { RunnerRow } from "#schema/api.ts";
import type { LimitRow } from "#schema/record-api.ts";
import { plural } from "../show/words.ts";

/** How many slots there are, and who decides that. */
export const poolWords = ({ slots, target, min, max, automatic }: PoolStatus): string => {
  const now = plural(slots.length, "slot");
  const going = target === slots.length ? "" : `, going to ${target}`;
  if (min === max) return `${now}${going}, ${automatic ? "fixed" : `set by hand (${max} otherwise)`}`;
  if (!automatic) return `${now}${going}, set by hand (${min} to ${max} possible)`;
  return `${now}${going}, as many as are needed between ${min} and ${max}`;
};

/** That a runner takes nothing new; empty when it does. */
export const closedWords = ({ cordoned, draining }: PoolStatus): string => {
  if (draining) return "Draining: it takes nothing new and hands over what can be handed over.";
  return cordoned ? "Cordoned: it takes nothing new; what it has goes on." : "";
};

/** What was said when a runner was taken out of service; undefined while it is not. */
export const closedBy = (runner: string, limits: readonly LimitRow[] = []): LimitRow | undefined =>
  limits.find(({ id }) => id === `runner:${runner}`);

const GROUPS: Record<NonNullable<RunnerRow["isolation"]>["groups"], string> = {
  cgroup2: "Control groups v2",
  cgroup1: "Control groups v1",
  soft: "Soft limits only",
};

export interface IsolationWords {
  readonly title: string;
  readonly message: string;
  /** Limits are not kept by the kernel. */
  readonly weak: boolean;
}

/** How a runner keeps attempts within their limits, as it says itself. */
export const isolationWords = (isolation: RunnerRow["isolation"]): IsolationWords => {
  if (!isolation)
    return {
      title: "Isolation unknown",
      message: "This runner has not said how it keeps limits.",
      weak: true,
    };
  const { groups, message } = isolation;
  return { title: GROUPS[groups], message, weak: groups === "soft" };
};
