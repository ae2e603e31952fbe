import { PRIORITIES } from "./priorities.ts";
import type { Priority, TaskDefinition } from "./task.definition.ts";

export const rank = (priority: Priority): number => PRIORITIES.indexOf(priority);

/**
 * The moment (ms) by which tasks of different priorities are compared: a level of importance is worth `agingMs` of
 * waiting. So a task of the lowest of five goes before everything that becomes ready more than 4 × agingMs after it.
 */
export const agedBy = (
  { runAt, submittedAt }: Pick<TaskDefinition, "runAt" | "submittedAt">,
  priority: Priority,
  agingMs: number,
): number => Date.parse(runAt ?? submittedAt) + rank(priority) * agingMs;
