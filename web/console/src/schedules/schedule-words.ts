import type { RecordEventRow, ScheduleRow } from "#schema/record-api.ts";
import { duration, moment, plural } from "../show/words.ts";

const OVERLAP: Record<ScheduleRow["overlap"], string> = {
  skip: "left out while the one before is at work",
  queue: "waits for the one before",
  replace: "cancels the one before",
};

const MISSED: Record<ScheduleRow["missed"], string> = {
  none: "missed runs are dropped",
  one: "of missed runs the latest is made up for",
  all: "all missed runs are made up for",
};

export const OVERLAP_CHOICES = [
  { value: "skip", label: "Leave this run out" },
  { value: "queue", label: "Wait for the one before" },
  { value: "replace", label: "Cancel the one before" },
] as const;

export const MISSED_CHOICES = [
  { value: "none", label: "Drop them" },
  { value: "one", label: "Run the latest" },
  { value: "all", label: "Run all of them (100 at most)" },
] as const;

/** How a schedule treats runs that meet and runs that were missed. */
export const policyWords = ({ overlap, missed, jitterMs }: ScheduleRow): string =>
  [OVERLAP[overlap], MISSED[missed], jitterMs > 0 ? `up to ${duration(jitterMs)} later` : ""]
    .filter((word) => word !== "")
    .join(" · ");

const planned = (acts: number, yes = false): string =>
  `${yes ? "Somebody said yes to acting" : "Its plan means to act"} on ${plural(acts, "item")}`;

/** One step in the life of a schedule. */
export const scheduleEventWords = ({ type, data }: RecordEventRow): string => {
  const { dueAt, runs, why, acts, yes } = data as {
    dueAt?: string;
    runs?: number;
    why?: string;
    acts?: number;
    yes?: true;
  };
  switch (type) {
    case "created":
      return "Made";
    case "changed":
      return "Changed";
    case "schedule-paused":
      return "Paused";
    case "schedule-resumed":
      return "Resumed";
    case "deleted":
      return "Deleted";
    case "fired":
      return dueAt === undefined ? "Ran" : `Ran, due ${moment(dueAt)}`;
    case "planned":
      return planned(acts ?? 0, yes);
    case "passed-over":
      return `Passed over${runs !== undefined && runs > 1 ? ` ${plural(runs, "run")}` : ""}: ${why ?? "no reason told"}`;
    default:
      return type;
  }
};
