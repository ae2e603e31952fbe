import type { LedgerRow } from "#schema/ledger-api.ts";
import { sentence } from "../show/words.ts";

const PAST: ReadonlyMap<string, string> = new Map([
  ["start", "started"],
  ["stop", "stopped"],
  ["restart", "restarted"],
  ["pause", "paused"],
  ["unpause", "unpaused"],
  ["kill", "killed"],
  ["remove", "removed"],
]);

/** What a deed of this task is called when it is done; null where its type does not tell. */
const pastOf = ({ type, action }: LedgerRow["task"]): string | null =>
  type.endsWith(".prune") ? "removed" : (PAST.get(action ?? "") ?? null);

/** What was done to something, in a word or two: `Removed`, `Stopped already`, `Not removed`, `Left alone`. */
export const deedWords = ({ outcome, task }: Pick<LedgerRow, "outcome" | "task">): string => {
  const past = pastOf(task);
  switch (outcome) {
    case "done":
      return sentence(past ?? "done");
    case "unchanged":
      return past === null ? "Already so" : `${sentence(past)} already`;
    case "skipped":
      return "Left alone";
    case "failed":
      return past === null ? "Failed" : `Not ${past}`;
  }
};
