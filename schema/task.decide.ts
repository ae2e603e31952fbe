import { indexSet } from "./items.ts";
import type { TaskCommand } from "./task.commands.ts";
import type { TaskEvent } from "./task.events.ts";
import { statePath, type Task } from "./task.evolve.ts";

export type Decision =
  { readonly ok: true; readonly event: TaskEvent } | { readonly ok: false; readonly why: string };

const approved = (
  task: Task,
  { plan, hash, except = [], volumes = [] }: Extract<TaskCommand, { type: "approve" }>,
): TaskEvent => {
  const count = task.context.plan?.count ?? 0;
  const approval = { except: indexSet(except, count), named: indexSet(volumes, count) };
  return { type: "approved", plan, ...(hash === undefined ? {} : { hash }), approval };
};

/** The facts a wish may become, the preferred first. The statechart picks. */
const candidates = (task: Task, command: TaskCommand): readonly TaskEvent[] => {
  switch (command.type) {
    case "cancel":
      return [{ type: "withdrawn" }, { type: "cancel-requested" }];
    case "pause":
      return [{ type: "held" }, { type: "pause-requested" }];
    case "resume":
      return [{ type: "resumed" }];
    case "retry":
      return [{ type: "revived", items: command.items }, { type: "retry-due" }];
    case "approve":
      return [approved(task, command)];
    case "replan":
      return [{ type: "plan-discarded" }];
    case "reprioritise":
      return [{ type: "reprioritised", priority: command.priority }];
    case "delay":
      return [{ type: "delayed", dueAt: new Date(command.runAt).toISOString() }];
  }
};

const whyNot = (task: Task, command: TaskCommand): string => {
  const state = statePath(task).replace(".", ", ");
  if (command.type === "pause" && task.hasTag("active") && task.context.definition?.pause === "none") {
    return `A task of type ${task.context.definition.type} cannot be paused while it runs.`;
  }
  if (command.type === "retry" && task.matches("completed"))
    return "Nothing to retry: it was completed in full.";
  if (command.type === "approve" && task.matches("awaiting-approval")) {
    return `Plan ${command.plan} is not the plan that waits for approval (plan ${task.context.plan?.number ?? "none"}).`;
  }
  return `Cannot ${command.type} a task that is ${state}.`;
};

/** Turns a wish into the one fact the statechart allows, or says why not. */
export const decide = (task: Task, command: TaskCommand): Decision => {
  const event = candidates(task, command).find((candidate) => task.can(candidate));
  return event ? { ok: true, event } : { ok: false, why: whyNot(task, command) };
};
