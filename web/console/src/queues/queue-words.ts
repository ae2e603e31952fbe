import type { Queue, QueueSettings } from "#schema/queue.ts";
import type { QueueRow } from "#schema/record-api.ts";
import type { Look } from "../show/state-look.ts";
import { number, plural } from "../show/words.ts";

/** Spans a rate is given in, the longest last. */
export const SPANS = [
  { value: "1000", label: "second" },
  { value: "60000", label: "minute" },
  { value: "3600000", label: "hour" },
  { value: "86400000", label: "day" },
] as const;

/** `30 starts per minute`, `5 starts per 10 s`. */
export const rateWords = ({ limit, perMs }: NonNullable<Queue["rate"]>): string => {
  const span = SPANS.find(({ value }) => Number(value) === perMs)?.label;
  return `${plural(limit, "start")} per ${span ?? `${number(perMs / 1_000)} s`}`;
};

/** All of a queue's limits in one line. */
export const limitWords = ({ concurrency, rate, preempts }: Queue): string => {
  const parts = [
    concurrency === null ? "" : `${number(concurrency)} at a time`,
    rate === null ? "" : rateWords(rate),
    preempts ? "the important may pause the less important" : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "No limits of its own" : parts.join(" · ");
};

const LOOKS: Record<Queue["state"], Look & { readonly word: string }> = {
  open: { hue: "green", glyph: "check", word: "Open" },
  paused: { hue: "violet", glyph: "bars", word: "Paused" },
  draining: { hue: "amber", glyph: "loop", word: "Draining" },
};

export const queueLook = ({ state }: Pick<Queue, "state">): Look & { readonly word: string } => LOOKS[state];

/** The one sentence that says what holds a queue back now; empty when nothing does. */
export const reachedWords = ({ state, limits, waiting }: QueueRow): string => {
  if (state === "paused") return "Nothing of it starts until it is resumed.";
  if (state === "draining") return "It takes nothing new and finishes what it has.";
  if (waiting === 0) return "";
  return limits[0]?.reason ?? "";
};

/** What the form holds: null means without limit. */
export interface QueueDraft {
  readonly concurrency: number | null;
  readonly rateLimit: number | null;
  readonly perMs: number;
  readonly preempts: boolean;
}

export const queueDraft = ({ concurrency, rate, preempts }: Queue): QueueDraft => ({
  concurrency,
  rateLimit: rate?.limit ?? null,
  perMs: rate?.perMs ?? 60_000,
  preempts,
});

export const settingsOf = ({ concurrency, rateLimit, perMs, preempts }: QueueDraft): QueueSettings => ({
  concurrency,
  rate: rateLimit === null ? null : { limit: rateLimit, perMs },
  preempts,
});
