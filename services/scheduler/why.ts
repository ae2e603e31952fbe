import { tooLate, yesSentence } from "#schema/plan-approval.ts";
import { waitsForOthers } from "#schema/task.after.ts";
import { definitionOf, type TaskState, topState, statePath } from "#schema/task.evolve.ts";
import { agedBy } from "#schema/task.order.ts";
import type { Refusal, WhyAnswer, WhyQuestion } from "#schema/wishes.ts";
import type { Authority } from "./authority.ts";
import { type LiveTask, snapshotOf } from "./tasks.ts";

const seconds = (ms: number): string => {
  if (ms < 90_000) return `${Math.max(1, Math.round(ms / 1_000))} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
};

/** The line a task stands in, by what holds it up: its queue's, or (null) that of all. What others wait for elsewhere has no line. */
const LINE_OF: Readonly<Record<string, (queue: string) => string | null>> = {
  position: () => null,
  "global-limit": () => null,
  slots: () => null,
  "queue-limit": (queue) => queue,
  "queue-rate": (queue) => queue,
  "queue-paused": (queue) => queue,
};

/** How many queued tasks of a line go before this one, and how many wait in it. */
const placeOf = (
  { tasks, agingMs }: Authority,
  task: LiveTask,
  line: string | null,
): { position: number; of: number } => {
  const moment = (other: LiveTask): number => {
    const { context } = snapshotOf(other);
    return agedBy(definitionOf(context), context.priority, agingMs);
  };
  const mine = moment(task);
  let position = 1;
  let of = 0;
  for (const other of tasks.all()) {
    const { context } = snapshotOf(other);
    if (!snapshotOf(other).matches("queued")) continue;
    if (line !== null && definitionOf(context).queue !== line) continue;
    of += 1;
    const theirs = moment(other);
    if (other !== task && (theirs < mine || (theirs === mine && other.born < task.born))) position += 1;
  }
  return { position, of };
};

type Answer = Omit<WhyAnswer, "ok">;

const whyQueued = (authority: Authority, task: LiveTask): Answer => {
  const { placement } = authority;
  const { code, sentence } = placement.hindrance(task) ?? { code: "position", sentence: "" };
  const lineOf = LINE_OF[code];
  if (!lineOf) return { code, sentence };
  const line = lineOf(definitionOf(snapshotOf(task).context).queue);
  const place = placeOf(authority, task, line);
  const etaMs = code === "queue-paused" ? null : placement.etaMs(line, place.position);
  const about = etaMs === null ? "" : `, about ${seconds(etaMs)}`;
  const where = `Position ${place.position} of ${place.of}${about}.`;
  const eta = etaMs === null ? {} : { etaMs };
  const whole = sentence === "" ? where : place.position === 1 ? sentence : `${sentence} ${where}`;
  return { code, sentence: whole, position: place, ...eta };
};

const dueIn = (authority: Authority, dueAt: string | null): string =>
  seconds(Math.max(0, Date.parse(dueAt ?? "") - authority.clock.now()));

const whyPending = (authority: Authority, task: LiveTask): Answer => {
  const { context } = snapshotOf(task);
  const { dueAt } = context;
  const named = waitsForOthers(context) ? (definitionOf(context).after ?? []) : [];
  const before = named.flatMap((id) => authority.tasks.get(id) ?? []);
  const [first] = before;
  if (first) {
    const others = before.length > 1 ? ` and ${before.length - 1} more` : "";
    const { name } = definitionOf(snapshotOf(first).context);
    return { code: "after", sentence: `It comes after task "${name}" (${first.id})${others}.` };
  }
  return {
    code: "due",
    sentence: `It is due in ${dueIn(authority, dueAt)}, at ${dueAt ?? "an unknown time"}.`,
  };
};

const whyPaused = (_: Authority, task: LiveTask): Answer => {
  const { yieldsTo, runner } = snapshotOf(task).context;
  if (yieldsTo !== null) {
    const sentence = `It makes room for task ${yieldsTo}, which is more important, and goes on by itself.`;
    return { code: "yields", sentence };
  }
  const where = runner === null ? "" : `, held in place on the runner ${runner}`;
  return { code: "paused", sentence: `It is paused${where}; it goes on when somebody resumes it.` };
};

const whyRetrying = (authority: Authority, task: LiveTask): Answer => {
  const { dueAt, error } = snapshotOf(task).context;
  const failed = error === null ? "" : ` The last attempt failed: ${error.message}`;
  return { code: "retry", sentence: `Retry in ${dueIn(authority, dueAt)}.${failed}` };
};

const whyAwaiting = ({ clock }: Authority, task: LiveTask): Answer => {
  const { plan } = snapshotOf(task).context;
  if (plan === null) return { code: "approval", sentence: "It waits for a yes." };
  const late = tooLate(plan, clock.now());
  return { code: late === null ? "approval" : "approval-expired", sentence: late ?? yesSentence(plan) };
};

const ANSWERS: Partial<Record<TaskState, (authority: Authority, task: LiveTask) => Answer>> = {
  pending: whyPending,
  queued: whyQueued,
  paused: whyPaused,
  retrying: whyRetrying,
  "awaiting-approval": whyAwaiting,
};

/** Why a task waits, in one sentence, as things stand now; nothing is recorded. */
export const why = (authority: Authority, { taskId }: WhyQuestion): WhyAnswer | Refusal => {
  const task = authority.tasks.get(taskId);
  if (!task) return { ok: false, code: "unknown-task", message: "There is no such task, or it has settled." };
  const state = statePath(snapshotOf(task));
  const answer = ANSWERS[topState(state)];
  if (!answer) return { ok: false, code: "refused", message: "It does not wait.", state };
  return { ok: true, ...answer(authority, task) };
};
