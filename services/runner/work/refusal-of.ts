import type { TaskError } from "#schema/task.events.ts";

/**
 * What was thrown, when it is no fault but says in one sentence why the work cannot be done here. Told by its shape: each
 * executor is a bundle with classes of its own.
 */
export const refusalOf = (thrown: unknown): TaskError | undefined => {
  if (!(thrown instanceof Error)) return undefined;
  const { refusal } = thrown as { refusal?: unknown };
  return typeof refusal === "string" ? { code: refusal, message: thrown.message } : undefined;
};
