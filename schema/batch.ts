/** One command over many tasks: a thing of its own, with progress, a result for each task, and undo where there is one. */
import Type, { type Static } from "typebox";
import type { Actor } from "./actor.ts";
import { moment } from "./moment.ts";
import type { Capability } from "./policy.ts";
import type { Stored } from "./stored.ts";
import { Priority } from "./task.definition.ts";

const strict = { additionalProperties: false } as const;

/** The most tasks one batch may name. */
export const BATCH_LIMIT = 100_000;
/** The most results one fact of a batch holds. */
export const RESULTS_PER_FACT = 500;

export const BatchAction = Type.Union([
  Type.Object({ type: Type.Literal("cancel") }, strict),
  Type.Object({ type: Type.Literal("pause") }, strict),
  Type.Object({ type: Type.Literal("resume") }, strict),
  Type.Object({ type: Type.Literal("retry"), items: Type.Optional(Type.Enum(["all", "failed"])) }, strict),
  Type.Object({ type: Type.Literal("reprioritise"), priority: Priority }, strict),
  Type.Object({ type: Type.Literal("delay"), runAt: moment("Not before this moment.") }, strict),
  Type.Object({ type: Type.Literal("undo"), batch: Type.String() }, strict),
]);
export type BatchAction = Static<typeof BatchAction>;

export interface BatchCounts {
  readonly total: number;
  /** Looked at so far. */
  readonly seen: number;
  readonly done: number;
  readonly refused: number;
}

export interface Batch {
  readonly id: string;
  readonly action: BatchAction;
  readonly state: "running" | "finished" | "cancelled";
  readonly by: Actor;
  /** Rights of who began it: each task is judged by them. */
  readonly rights: readonly Capability[];
  readonly reason: string | null;
  readonly at: string;
  /** The ids, in order; by reference when they are many. Null once it has ended: each is then among the results. */
  readonly tasks: Stored<readonly string[]> | null;
  /** Tasks per second at most, or null. */
  readonly ratePerS: number | null;
  readonly counts: BatchCounts;
  /** Journal sequence of the `progressed` before this fact, or null: results are read back along this chain. */
  readonly resultsAt: number | null;
  readonly finishedAt: string | null;
}

/** What became of one task of a batch, or would; `before` is what undo puts back: a priority, a due time, null for none. */
export interface BatchResult {
  readonly task: string;
  readonly ok: boolean;
  readonly state: string;
  readonly why?: string;
  readonly before?: string | null;
}

/** What a batch would do: how many it can, and why not the others. */
export interface BatchOutlook {
  readonly can: number;
  readonly cannot: number;
  readonly reasons: readonly { readonly why: string; readonly count: number }[];
  /** The first of those it cannot. */
  readonly refused: readonly BatchResult[];
}
/** The most refusals an outlook names. */
export const OUTLOOK_NAMES = 100;

export type BatchEvent =
  | { readonly type: "started" }
  | { readonly type: "progressed"; readonly results: readonly BatchResult[] }
  | { readonly type: "finished" }
  | { readonly type: "stopped" };
