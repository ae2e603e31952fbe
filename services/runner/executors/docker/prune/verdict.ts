import type { ItemKind, PlanItem } from "#schema/items.ts";
import { type Own, protectionOf } from "../containers/protect.ts";
import { ageWords } from "./duration.ts";
import { labelAmong, patternFor, type Rules } from "./rules.ts";
import type { Labels } from "./seen.ts";

/** What becomes of a thing, by which rule, and why in one sentence. `kept`: left alone to protect it. */
export interface Verdict {
  readonly does: "act" | "kept" | "left";
  readonly rule: string;
  readonly why: string;
  readonly note?: string;
  readonly ask?: string;
}

export const act = (rule: string, why: string, more: Pick<Verdict, "note" | "ask"> = {}): Verdict => ({
  does: "act",
  rule,
  why,
  ...more,
});
export const kept = (rule: string, why: string): Verdict => ({ does: "kept", rule, why });
export const left = (rule: string, why: string): Verdict => ({ does: "left", rule, why });

/** A thing as plans show it; times in ms. */
export interface Thing {
  readonly kind: ItemKind;
  readonly id: string;
  readonly name: string;
  readonly bytes: number | null;
  readonly createdAt: number | null;
  readonly lastUsedAt?: number | null;
  readonly usedBy?: readonly string[];
  readonly looks: string;
  readonly stage?: number;
}

/** A thing with its verdict. */
export interface Judged {
  readonly thing: Thing;
  readonly verdict: Verdict;
}

const NAMED_AT_MOST = 5;

/** "a, b and c", of many "a, b, c, d, e and 7 more". */
export const nameSome = (names: readonly string[]): string => {
  const more = names.length - NAMED_AT_MOST;
  if (more > 0) return `${names.slice(0, NAMED_AT_MOST).join(", ")} and ${more} more`;
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
};

const iso = (ms: number): string => new Date(ms).toISOString();

export const itemOf = ({ thing, verdict }: Judged): PlanItem => {
  const { bytes, createdAt, lastUsedAt = null, usedBy = [], stage } = thing;
  return {
    id: thing.id,
    name: thing.name,
    kind: thing.kind,
    rule: verdict.rule,
    ...(verdict.does === "act"
      ? { why: verdict.why, looks: thing.looks }
      : { skip: verdict.why, protected: verdict.does === "kept" }),
    ...(verdict.note === undefined ? {} : { note: verdict.note }),
    ...(verdict.ask === undefined ? {} : { ask: verdict.ask }),
    ...(bytes === null ? {} : { bytes }),
    ...(createdAt === null ? {} : { createdAt: iso(createdAt) }),
    ...(lastUsedAt === null ? {} : { lastUsedAt: iso(lastUsedAt) }),
    ...(usedBy.length === 0 ? {} : { usedBy: usedBy.slice(0, NAMED_AT_MOST) }),
    ...(stage === undefined || stage === 0 ? {} : { stage }),
  };
};

/** Why nobody may remove it, whatever else the rules say; undefined when they may. */
export const guarded = (
  { id, labels, names }: { readonly id: string; readonly labels: Labels; readonly names: readonly string[] },
  rules: Rules,
  own: Own,
): Verdict | undefined => {
  const reason = protectionOf(id, labels, own);
  if (reason !== null) return kept("protected", reason);
  const label = labelAmong(labels, rules.protectLabels);
  if (label !== undefined) return kept("label", `It is labelled ${label}.`);
  const pattern = patternFor(names, rules.protectNames);
  return pattern === undefined ? undefined : kept("name", `Its name matches "${pattern}".`);
};

/** Too young for a rule; undefined when it is old enough, or no age is asked for. */
export const younger = (
  now: number,
  since: number | null,
  wanted: number | undefined,
  happened: string,
): Verdict | undefined => {
  if (wanted === undefined) return undefined;
  if (since === null) return kept("unknown-age", `Nobody knows when it was ${happened}.`);
  const age = now - since;
  if (age >= wanted) return undefined;
  return left(
    "too-young",
    `It was ${happened} ${ageWords(age)} ago, which is less than ${ageWords(wanted)}.`,
  );
};

/** So recent that somebody may be about to use it; undefined when it is not. A time to come counts as now. */
export const recent = (
  { now, graceMs }: { readonly now: number; readonly graceMs: number },
  since: number | null,
  happened: string,
): Verdict | undefined =>
  since === null || now - since >= graceMs
    ? undefined
    : kept(
        "grace",
        `It was ${happened} ${ageWords(Math.max(0, now - since))} ago, within the time of grace.`,
      );
