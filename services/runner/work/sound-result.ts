import type { ItemOutcome, ItemResult } from "#schema/items.ts";
import { Refused } from "./questions.ts";
import { wordsOf } from "./words-of.ts";

/** One hundred results share a fact of at most 512 KiB, and a report that is refused would be lost with all that is in it. */
const LONGEST = { code: 100, message: 1_000, answer: 400 } as const;

const OUTCOMES: readonly ItemOutcome[] = ["begun", "done", "unchanged", "skipped", "failed"];

const isPlace = (index: unknown): boolean => Number.isSafeInteger(index) && (index as number) >= 0;

const textIn = (key: keyof typeof LONGEST, text: unknown): Partial<ItemResult> =>
  text === undefined || text === null ? {} : { [key]: wordsOf(text).slice(0, LONGEST[key]) };

const countIn = (key: "ms" | "freed", count: unknown): Partial<ItemResult> =>
  typeof count === "number" && count >= 0 && count <= Number.MAX_SAFE_INTEGER
    ? { [key]: Math.round(count) }
    : {};

/** What an executor, whoever wrote it, says became of an item, as a fact takes it. Throws Refused for what is no result. */
export const soundResult = (given: ItemResult): ItemResult => {
  const { index, outcome, code, message, ms, freed, answer } = given;
  if (!isPlace(index))
    throw new Refused("no-result", `An item's index is ${String(index)}, which is no place in a plan.`);
  if (!OUTCOMES.includes(outcome))
    throw new Refused(
      "no-result",
      `"${String(outcome)}" is nothing an item can become; there are ${OUTCOMES.join(", ")}.`,
    );
  return {
    index,
    outcome,
    ...textIn("code", code),
    ...textIn("message", message),
    ...countIn("ms", ms),
    ...countIn("freed", freed),
    ...textIn("answer", answer),
  };
};
