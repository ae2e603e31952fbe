import type { LedgerRow } from "#schema/ledger-api.ts";
import { sentence } from "../show/words.ts";

const PAST: Readonly<Record<string, string>> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  pause: "paused",
  unpause: "unpaused",
  kill: "killed",
  remove: "removed",
};

/** The verb of a deed; null where its task's type does not tell. */
const verbOf = ({ type, action }: LedgerRow["task"]): string | null => {
  if (type.endsWith(".prune")) return "remove";
  return action !== null && PAST[action] !== undefined ? action : null;
};

/** What was done to something, in a word or two: `Removed`, `Stopped already`, `Not removed`, `Left alone`. */
export const deedWords = ({ outcome, task }: Pick<LedgerRow, "outcome" | "task">): string => {
  const verb = verbOf(task);
  const past = verb === null ? null : (PAST[verb] ?? null);
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
