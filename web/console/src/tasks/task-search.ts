import { PRIORITIES } from "#schema/priorities.ts";
import { TASK_STATES } from "#schema/task.evolve.ts";
import type { TaskFilter } from "../live/task-filter.ts";

const TAGS = ["waiting", "active", "settled"];
const known = new Set<string>([...TASK_STATES, ...TAGS]);

const words = (raw: unknown): string | undefined => {
  if (typeof raw !== "string" && typeof raw !== "number") return undefined;
  const text = String(raw).trim().slice(0, 200);
  return text === "" ? undefined : text;
};

const states = (raw: unknown): string | undefined => {
  const kept = (words(raw) ?? "").split(",").filter((state) => known.has(state));
  return kept.length > 0 ? kept.join(",") : undefined;
};

const priority = (raw: unknown): TaskFilter["priority"] => PRIORITIES.find((each) => each === raw);

/** The filters of the task list as they stand in the address; what makes no sense is left out. */
export const taskSearch = (raw: Record<string, unknown>): TaskFilter => {
  const wished: { [K in keyof TaskFilter]: TaskFilter[K] | undefined } = {
    state: states(raw["state"]),
    type: words(raw["type"]),
    queue: words(raw["queue"]),
    priority: priority(raw["priority"]),
    label: words(raw["label"]),
    text: words(raw["text"]),
    from: words(raw["from"]),
    to: words(raw["to"]),
  };
  return Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined));
};
