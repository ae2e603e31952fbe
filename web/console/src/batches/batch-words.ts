import type { BatchAction, BatchOutlook } from "#schema/batch.ts";
import type { BatchRow } from "#schema/record-api.ts";
import { moment, number, plural, sentence } from "../show/words.ts";

type Kind = BatchAction["type"];

interface Words {
  readonly verb: string;
  readonly doing: string;
  readonly past: string;
}

const WORDS: Record<Kind, Words> = {
  cancel: { verb: "cancel", doing: "cancelling", past: "cancelled" },
  pause: { verb: "pause", doing: "pausing", past: "paused" },
  resume: { verb: "resume", doing: "resuming", past: "resumed" },
  retry: { verb: "retry", doing: "retrying", past: "retried" },
  reprioritise: { verb: "reprioritise", doing: "reprioritising", past: "reprioritised" },
  delay: { verb: "delay", doing: "delaying", past: "delayed" },
  undo: { verb: "undo", doing: "undoing", past: "put back" },
};

/** What an action changes a task to, where its name alone does not say it. */
const detail = (action: BatchAction): string => {
  if (action.type === "reprioritise") return ` to ${action.priority}`;
  if (action.type === "delay") return ` until ${moment(action.runAt)}`;
  return "";
};

/** `Pause 212 tasks?` */
export const askWords = (action: BatchAction, count: number): string =>
  `${sentence(WORDS[action.type].verb)} ${plural(count, "task")}${detail(action)}`;

/** `212 can be paused, 14 cannot.` */
export const outlookWords = (action: BatchAction, { can, cannot }: BatchOutlook): string => {
  const { past } = WORDS[action.type];
  if (can === 0) return `None of ${plural(cannot, "task")} can be ${past}.`;
  if (cannot === 0) return can === 1 ? `It can be ${past}.` : `All ${number(can)} can be ${past}.`;
  return `${number(can)} can be ${past}, ${number(cannot)} cannot.`;
};

/** `Pausing 226 tasks`, `226 tasks: pausing was stopped`. */
export const batchTitle = ({ action, state, counts }: BatchRow): string => {
  const { doing, past, verb } = WORDS[action.type];
  const tasks = plural(counts.total, "task");
  if (state === "running") return `${sentence(doing)} ${tasks}${detail(action)}`;
  if (state === "cancelled") return `Stopped: ${verb} ${tasks}`;
  return `${sentence(past)} ${number(counts.done)} of ${tasks}${detail(action)}`;
};

/** `180 done, 14 refused, 32 to go`. */
export const batchCounts = ({ state, counts: { total, seen, done, refused } }: BatchRow): string => {
  const left = total - seen;
  const parts = [`${number(done)} done`];
  if (refused > 0) parts.push(`${number(refused)} refused`);
  if (left > 0) parts.push(`${number(left)} ${state === "running" ? "to go" : "left alone"}`);
  return parts.join(", ");
};

const PUT_BACK = new Set<Kind>(["pause", "reprioritise", "delay"]);

/** Whether what a batch did can be put back: it has ended, did something, and its action has a way back. */
export const canUndo = ({ action, state, counts }: BatchRow): boolean =>
  state !== "running" && counts.done > 0 && PUT_BACK.has(action.type);

/** What cannot be put back and touches many wants more than a click: the number of tasks typed. */
export const wantsNumber = (action: BatchAction, { can }: BatchOutlook): boolean =>
  action.type === "cancel" && can > 50;
