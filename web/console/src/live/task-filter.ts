import type { TaskListQuery, TaskSummary } from "#schema/api.ts";
import { topState } from "#schema/task.evolve.ts";

/** What a task list is asked for: the list query without its paging. */
export type TaskFilter = Omit<TaskListQuery, "limit" | "cursor">;

const matchesLabel = (labels: Readonly<Record<string, string>>, wish: string): boolean => {
  const cut = wish.indexOf("=");
  return cut < 0 ? wish in labels : labels[wish.slice(0, cut)] === wish.slice(cut + 1);
};

const matchesText = (task: TaskSummary, text: string): boolean =>
  task.id === text || task.name.toLowerCase().includes(text.toLowerCase());

const matchesTime = (task: TaskSummary, { from, to }: TaskFilter): boolean =>
  (from === undefined || Date.parse(task.submittedAt) >= Date.parse(from)) &&
  (to === undefined || Date.parse(task.submittedAt) <= Date.parse(to));

const matchesState = (task: TaskSummary, wish: string): boolean => {
  const wanted = wish.split(",");
  return wanted.includes(topState(task.state)) || wanted.includes(task.tag);
};

/** The server's filter once more, for tasks that change while a list is open. */
export const matches = (task: TaskSummary, filter: TaskFilter): boolean =>
  (filter.state === undefined || matchesState(task, filter.state)) &&
  (filter.type === undefined || task.type === filter.type) &&
  (filter.queue === undefined || task.queue === filter.queue) &&
  (filter.priority === undefined || task.priority === filter.priority) &&
  (filter.label === undefined || matchesLabel(task.labels, filter.label)) &&
  (filter.text === undefined || matchesText(task, filter.text)) &&
  matchesTime(task, filter);
