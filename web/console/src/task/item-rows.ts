import type { ItemRow } from "#schema/api.ts";
import type { ItemOutcome, ItemResult, Plan, PlanHead } from "#schema/items.ts";
import { isReference, type Stored } from "#schema/stored.ts";
import type { Sequenced } from "../live/fact-ring.ts";

/** How an item stands, for the filter: an outcome, or not done yet. */
export const STANDINGS = ["done", "unchanged", "skipped", "failed", "not done"] as const;
export type Standing = (typeof STANDINGS)[number];

/** `begun` is an intent: until its end is known it is not done. */
export const standingOf = (outcome: ItemOutcome | null): Standing =>
  outcome === null || outcome === "begun" ? "not done" : outcome;

const SETTLED_WELL = new Set<ItemOutcome | null>(["done", "unchanged", "skipped"]);

const withResult = (row: ItemRow, result: ItemResult, { fact }: Sequenced): ItemRow => ({
  ...row,
  outcome: result.outcome,
  code: result.code ?? null,
  message: result.message ?? null,
  ms: result.ms ?? null,
  freed: result.freed ?? null,
  answer: result.answer ?? null,
  at: fact.at,
  attempt: fact.attempt,
});

/** A plan's items before anything was done; none when the fact only refers to them. */
const plannedRows = (plan: Stored<Plan>): readonly ItemRow[] =>
  isReference(plan)
    ? []
    : plan.value.items.map((item, index) => ({
        ...item,
        index,
        outcome: null,
        code: null,
        message: null,
        ms: null,
        freed: null,
        answer: null,
        at: null,
        attempt: null,
      }));

/** The rows after one more fact of the task. What is settled well stays so, as in the chart's own record. */
export const rowsAfter = (rows: readonly ItemRow[], entry: Sequenced): readonly ItemRow[] => {
  const { fact } = entry;
  if (fact.type === "planned") return plannedRows((fact.data["plan"] as PlanHead).plan);
  if (fact.type === "plan-discarded") return [];
  if (fact.type === "revived") {
    return rows.map((row) =>
      row.outcome === "failed" ? { ...row, outcome: null, code: null, message: null } : row,
    );
  }
  if (fact.type !== "items-recorded") return rows;
  const results = new Map(
    (fact.data["items"] as readonly ItemResult[]).map((result) => [result.index, result]),
  );
  return rows.map((row) => {
    const result = results.get(row.index);
    return result === undefined || SETTLED_WELL.has(row.outcome) ? row : withResult(row, result, entry);
  });
};
