/** Tasks in words. */
import type { Actor } from "#schema/actor.ts";
import type { TaskDetail, TaskEventRow, TaskSummary } from "#schema/api.ts";
import { tagOf, topState } from "#schema/task.evolve.ts";
import type { Screen } from "./screen.ts";
import { type Column, cut, oneLine } from "./table.ts";

/** `2026-11-21 10:15:00Z` */
export const clock = (at: string): string => `${at.slice(0, 19).replace("T", " ")}Z`;

const who = ({ kind, id }: Actor): string => (kind === id ? kind : `${kind} ${id}`);

const paintState = (screen: Screen, state: string, text: string): string => {
  if (topState(state) === "failed") return screen.paint("red", text);
  if (topState(state) === "completed") return screen.paint("green", text);
  return screen.paint(tagOf(state) === "active" ? "cyan" : "dim", text);
};

const share = ({ progress, counts }: TaskSummary): string => {
  if (counts.planned > 0) {
    const settled = counts.done + counts.unchanged + counts.skipped + counts.failed;
    return `${settled}/${counts.planned}`;
  }
  return progress?.percent == null ? "" : `${Math.floor(progress.percent)}%`;
};

export const taskColumns = (screen: Screen): readonly Column<TaskSummary>[] => [
  { title: "ID", text: ({ id }) => id },
  {
    title: "STATE",
    text: ({ state }) => state,
    paint: (cell, { state }) => paintState(screen, state, cell),
  },
  { title: "PRIORITY", text: ({ priority }) => priority, spare: 2 },
  { title: "QUEUE", text: ({ queue }) => queue, least: 8, spare: 1 },
  { title: "TYPE", text: ({ type }) => type, least: 8, spare: 3 },
  { title: "DONE", text: share, right: true, spare: 4 },
  { title: "SUBMITTED", text: ({ submittedAt }) => clock(submittedAt), spare: 5 },
  { title: "NAME", text: ({ name }) => name, least: 24 },
];

export const eventColumns: readonly Column<TaskEventRow>[] = [
  { title: "SEQ", text: ({ seq }) => String(seq), right: true },
  { title: "AT", text: ({ at }) => clock(at) },
  { title: "FACT", text: ({ type }) => type },
  { title: "STATE", text: ({ to }) => to },
  { title: "ATTEMPT", text: ({ attempt }) => String(attempt), right: true, spare: 3 },
  { title: "BY", text: ({ actor }) => who(actor), least: 8, spare: 2 },
  { title: "WHY", text: ({ reason }) => reason ?? "", least: 8, spare: 1 },
];

const stuckWords = ({ evidence, since }: NonNullable<TaskDetail["stuck"]>): string =>
  `Stuck since ${clock(since)}: ${evidence}`;

/** Why it waits, or what it does instead of waiting, in one sentence. */
export const whyOf = ({ waiting, stuck, state, tag, runner, outcome, error }: TaskDetail): string => {
  if (waiting !== null) return waiting;
  if (stuck !== null) return stuckWords(stuck);
  if (error !== null && topState(state) === "failed") return `It failed: ${error.message} (${error.code})`;
  if (tag === "settled") return `It does not wait: it is ${state}${outcome === null ? "" : ` (${outcome})`}.`;
  if (tag === "waiting") return `It waits (${state}).`;
  return `It does not wait: it is ${state}${runner === null ? "" : ` on ${runner}`}.`;
};

type Line = readonly [name: string, value: string | null];

const moment = (at: string | null): string | null => (at === null ? null : clock(at));
const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));
/** Nothing to say of an empty list. */
const words = (list: readonly string[]): string | null => list.join(" ") || null;

const conditionLines = (task: TaskDetail): readonly Line[] => {
  const { state, outcome, waiting, stuck, error, why } = task;
  const place = why?.position ? ` (${why.position.position} of ${why.position.of} in line)` : "";
  return [
    ["state", outcome === null ? state : `${state} (${outcome})`],
    ["waits", waiting === null ? null : `${waiting}${place}`],
    ["stuck", stuck === null ? null : stuckWords(stuck)],
    ["error", error === null ? null : `${error.message} (${error.code})`],
  ];
};

const MIB = 1024 ** 2;

/** `25 % of one core, 12.5 MiB` */
const useWords = (use: TaskDetail["use"]): string | null => {
  if (use === null) return null;
  const { cpuPercent, memoryBytes } = use;
  const parts = [
    ...(cpuPercent === null ? [] : [`${Math.round(cpuPercent)} % of one core`]),
    ...(memoryBytes === null ? [] : [`${(memoryBytes / MIB).toFixed(1)} MiB`]),
  ];
  return parts.join(", ") || null;
};

const workLines = (task: TaskDetail): readonly Line[] => {
  const { attempt, failures, runner, progress, use, counts } = task;
  const items = `${counts.planned} planned, ${counts.done} done, ${counts.unchanged} unchanged, ${counts.skipped} skipped, ${counts.failed} failed`;
  return [
    ["attempt", attempt === 0 ? null : `${attempt}, ${failures} failed`],
    ["runner", runner],
    ["progress", progress === null ? null : `${share(task)} ${progress.message}`.trim()],
    ["uses", useWords(use)],
    ["items", counts.planned === 0 ? null : items],
  ];
};

const LABEL_WIDTH = 12;

/** The task as lines of `name  value`; what does not apply is left out. */
export const detailLines = (task: TaskDetail, screen: Screen): string[] => {
  const said: readonly Line[] = [
    ["id", task.id],
    ["name", task.name],
    ["type", task.type],
    ...conditionLines(task),
    ["queue", task.queue],
    ["priority", task.priority],
    ...workLines(task),
    ["labels", words(Object.entries(task.labels).map((pair) => pair.join("=")))],
    ["after", words(task.after.map(({ id }) => id))],
    ["schedule", task.schedule],
    ["submitted", `${clock(task.submittedAt)} by ${who(task.submittedBy)}`],
    ["started", moment(task.startedAt)],
    ["due", moment(task.dueAt)],
    ["settled", moment(task.settledAt)],
    ["payload", json(task.payload)],
    ["result", json(task.context.result)],
    ["commands", words(task.commands.flatMap(({ command, allowed }) => (allowed ? [command] : [])))],
  ];
  return said.flatMap(([name, value]) => {
    if (value === null) return [];
    const text = cut(oneLine(value), screen.width - LABEL_WIDTH);
    const shown = name === "state" ? paintState(screen, task.state, text) : text;
    return [`${name.padEnd(LABEL_WIDTH)}${shown}`];
  });
};
