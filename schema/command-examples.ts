import type { TaskCommand, TaskCommandType } from "./task.commands.ts";

/** One example of each wish: what the console asks the chart about to know which buttons are alive. */
export const COMMAND_EXAMPLES: { readonly [T in TaskCommandType]: Extract<TaskCommand, { type: T }> } = {
  cancel: { type: "cancel" },
  pause: { type: "pause" },
  resume: { type: "resume" },
  retry: { type: "retry", items: "failed" },
  approve: { type: "approve", plan: 1 },
  replan: { type: "replan" },
  reprioritise: { type: "reprioritise", priority: "normal" },
  delay: { type: "delay", runAt: "2100-01-01T00:00:00.000Z" },
};
