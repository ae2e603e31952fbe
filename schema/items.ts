/** Progress of bulk work: two bits per planned item, and counts. */
import type { Stored } from "./stored.ts";

/** The most items one plan may hold. */
export const PLAN_LIMIT = 10_000;

/** The most items one `items-recorded` fact may hold. */
export const ITEMS_PER_FACT = 100;

/** What a container engine keeps. */
export const ITEM_KINDS = ["container", "network", "image", "build-cache", "volume"] as const;
export type ItemKind = (typeof ITEM_KINDS)[number];

/** One thing a plan has looked at; `id` is the full id the engine knows it by. Without `skip` it is acted on. */
export interface PlanItem {
  readonly id: string;
  readonly name: string;
  /** Absent where a type knows only one kind of item. */
  readonly kind?: ItemKind;
  /** Why it will be left alone, when the plan already knows. */
  readonly skip?: string;
  /** It is left alone to protect it, and not because it is no case for this run. */
  readonly protected?: boolean;
  /** The rule that decided what becomes of it, for programs: `unused`, `in-use`, `keep-last`, `label` … */
  readonly rule?: string;
  /** Why it is acted on, in one sentence. */
  readonly why?: string;
  /** What a person should know before saying yes, for example that stopping deletes it. */
  readonly note?: string;
  /** Why it is acted on only after a yes that names it: a named volume holds data. */
  readonly ask?: string;
  /** What it takes on disk as far as is known; shared parts of an image are not counted. */
  readonly bytes?: number;
  /** RFC 3339. */
  readonly createdAt?: string;
  /** RFC 3339; absent where it was not observed. */
  readonly lastUsedAt?: string;
  /** Names of what uses it, the first few. */
  readonly usedBy?: readonly string[];
  /** How it looked, to tell before acting whether it has changed since. */
  readonly looks?: string;
  /** Items of a lower stage are settled before those of a higher one begin; absent: 0. */
  readonly stage?: number;
}

/** The engine a plan was made on: another one behind the same address is not acted on. */
export interface PlanEngine {
  readonly host: string;
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

export interface Plan {
  readonly items: readonly PlanItem[];
  readonly engine?: PlanEngine;
  /** Nothing is to be acted on: the plan itself is what was wanted. */
  readonly dryRun?: boolean;
}

/** The plan as a fact carries it: numbered within its task, its items by value or by reference. */
export interface PlanHead {
  readonly number: number;
  readonly count: number;
  readonly plan: Stored<Plan>;
  /** SHA-256 (hex) of the plan's JSON: what a yes names. Absent in older journals, as is what follows. */
  readonly hash?: string;
  /** Items it acts on without a further question, and what they take on disk. */
  readonly acts?: number;
  readonly bytes?: number;
  /** Items it acts on only when the yes names them. */
  readonly asks?: number;
  readonly engine?: PlanEngine;
  readonly dryRun?: boolean;
  /** Which limit of its guard it exceeds, so that it needs a yes even where none was asked for. */
  readonly ask?: string;
  /** A yes that comes later than this is refused (RFC 3339). */
  readonly expiresAt?: string;
}

/** What a yes to a plan leaves out, and which of the items that need one it names; sets of indices as `indexSet` makes them. */
export interface Approval {
  readonly except: string;
  readonly named: string;
}

/** `done` changed something, `unchanged` found the goal met, `skipped` left it alone, `begun` states an intent. */
export const ITEM_OUTCOMES = ["begun", "done", "unchanged", "skipped", "failed"] as const;
export type ItemOutcome = (typeof ITEM_OUTCOMES)[number];

/** What became of one planned item; `index` is its place in the plan. */
export interface ItemResult {
  readonly index: number;
  readonly outcome: ItemOutcome;
  /** A short reason code for programs, for example `gone` or `protected`. */
  readonly code?: string;
  readonly message?: string;
  readonly ms?: number;
  /** Bytes it gave back on disk. */
  readonly freed?: number;
  /** What the engine said, in short: `204`, `200 untagged 2, deleted 5`. */
  readonly answer?: string;
}

export interface ItemCounts {
  readonly planned: number;
  readonly done: number;
  readonly unchanged: number;
  readonly skipped: number;
  readonly failed: number;
}

export const NO_ITEMS: ItemCounts = { planned: 0, done: 0, unchanged: 0, skipped: 0, failed: 0 };

/** How an item stands: 0 to do, 1 begun, 2 settled well, 3 failed. */
export type Mark = 0 | 1 | 2 | 3;

const PER_CHAR = 3;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Marks are a string of base64url characters, three items to a character: small, and JSON as it is. */
export const blankMarks = (count: number): string => "A".repeat(Math.ceil(count / PER_CHAR));

export const markAt = (marks: string, index: number): Mark => {
  const six = ALPHABET.indexOf(marks.charAt(Math.floor(index / PER_CHAR)));
  return ((six >> ((index % PER_CHAR) * 2)) & 3) as Mark;
};

const withMark = (chars: string[], index: number, mark: Mark): void => {
  const place = Math.floor(index / PER_CHAR);
  const shift = (index % PER_CHAR) * 2;
  const six = ALPHABET.indexOf(chars[place] ?? "A");
  chars[place] = ALPHABET.charAt((six & ~(3 << shift)) | (mark << shift));
};

/** A set of indices below `count`, small enough for a fact. */
export const indexSet = (indices: readonly number[], count: number): string => {
  const chars = blankMarks(count).split("");
  for (const index of indices) if (index >= 0 && index < count) withMark(chars, index, 1);
  return chars.join("");
};

export const isInSet = (set: string, index: number): boolean => markAt(set, index) === 1;

const MARK_OF: Record<ItemOutcome, Mark> = { begun: 1, done: 2, unchanged: 2, skipped: 2, failed: 3 };

/** Marks and counts after some results. An item that is settled well stays so: a repeated report changes nothing. */
export const recordItems = (
  marks: string,
  counts: ItemCounts,
  results: readonly ItemResult[],
): { marks: string; counts: ItemCounts } => {
  const chars = marks.split("");
  const next = { ...counts };
  for (const { index, outcome } of results) {
    if (index < 0 || index >= counts.planned) continue;
    const before = markAt(chars[Math.floor(index / PER_CHAR)] ?? "A", index % PER_CHAR);
    if (before === 2) continue;
    if (before === 3) next.failed -= 1;
    if (outcome !== "begun") next[outcome] += 1;
    withMark(chars, index, MARK_OF[outcome]);
  }
  return { marks: chars.join(""), counts: next };
};

/** Failed items become to-do again; what was begun stays begun, so that its end is looked up before it is repeated. */
export const reopenFailed = (marks: string, counts: ItemCounts): { marks: string; counts: ItemCounts } => {
  const chars = marks.split("");
  for (let index = 0; index < counts.planned; index += 1) {
    if (markAt(marks, index) === 3) withMark(chars, index, 0);
  }
  return { marks: chars.join(""), counts: { ...counts, failed: 0 } };
};
