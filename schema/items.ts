/** Progress of bulk work: two bits per planned item, and counts. */
import type { Stored } from "./stored.ts";

/** The most items one plan may hold. */
export const PLAN_LIMIT = 10_000;

/** The most items one `items-recorded` fact may hold. */
export const ITEMS_PER_FACT = 100;

/** One thing a plan means to act on; `id` is the full id the engine knows it by. */
export interface PlanItem {
  readonly id: string;
  readonly name: string;
  /** Why it will be left alone, when the plan already knows. */
  readonly skip?: string;
  /** What a person should know before saying yes, for example that stopping deletes it. */
  readonly note?: string;
}

export interface Plan {
  readonly items: readonly PlanItem[];
}

/** The plan as a fact carries it: numbered within its task, its items by value or by reference. */
export interface PlanHead {
  readonly number: number;
  readonly count: number;
  readonly plan: Stored<Plan>;
}

/** `done` changed something, `unchanged` found the goal met, `skipped` left it alone, `begun` states an intent. */
export type ItemOutcome = "begun" | "done" | "unchanged" | "skipped" | "failed";

/** What became of one planned item; `index` is its place in the plan. */
export interface ItemResult {
  readonly index: number;
  readonly outcome: ItemOutcome;
  /** A short reason code for programs, for example `gone` or `protected`. */
  readonly code?: string;
  readonly message?: string;
  readonly ms?: number;
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
