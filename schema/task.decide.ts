import { blankMarks, indexSet, type PlanHead } from "./items.ts";
import type { TaskCommand } from "./task.commands.ts";
import type { TaskEvent } from "./task.events.ts";
import { statePath, type Task } from "./task.evolve.ts";

export type Decision =
  { readonly ok: true; readonly event: TaskEvent } | { readonly ok: false; readonly why: string };

type Approve = Extract<TaskCommand, { type: "approve" }>;

const approved = (task: Task, { plan, hash, except = [], volumes = [] }: Approve): TaskEvent => {
  const count = task.context.plan?.count ?? 0;
  const approval = { except: indexSet(except, count), named: indexSet(volumes, count) };
  return { type: "approved", plan, ...(hash === undefined ? {} : { hash }), approval };
};

const outside = (field: string, indices: readonly number[], { number, count }: PlanHead): string | null => {
  const strange = indices.find((index) => index >= count);
  if (strange === undefined) return null;
  const places = count === 0 ? "no items" : `${count} items, numbered from 0`;
  return `"${field}" names item ${strange}, but plan ${number} has ${places}.`;
};

/** Why a yes is no yes to the plan that waits, or null. */
const misfit = (waiting: PlanHead, { plan, hash, except = [], volumes = [] }: Approve): string | null => {
  const { number } = waiting;
  if (plan !== number) return `Plan ${plan} is not the plan that waits for approval (plan ${number}).`;
  if (waiting.hash !== undefined && hash === undefined)
    return `A yes to plan ${number} must name its hash, so that it means the very plan that was looked at.`;
  if (waiting.hash !== hash) return `The hash is not that of plan ${number}: another plan was looked at.`;
  return outside("except", except, waiting) ?? outside("volumes", volumes, waiting);
};

/** What is wrong with a wish that the chart could not tell, or null. */
const faultOf = (task: Task, command: TaskCommand): string | null => {
  const { plan } = task.context;
  if (plan === null || !task.matches("awaiting-approval")) return null;
  if (command.type === "approve") return misfit(plan, command);
  if (command.type !== "replan" || command.plan === undefined || command.plan === plan.number) return null;
  return `Plan ${command.plan} is not the plan that waits for approval (plan ${plan.number}).`;
};

/** Journals older than hashes do not tell whether a plan got its yes; where nothing of it was begun, asking again costs nothing. */
const mayLackYes = ({ context: { definition, plan, marks } }: Task): boolean =>
  definition?.approval === true &&
  plan !== null &&
  plan.hash === undefined &&
  marks === blankMarks(plan.count);

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
      // A plan nobody said yes to is not gone on with: then the whole is begun anew.
      return [
        { type: "revived", items: mayLackYes(task) ? "all" : command.items },
        { type: "revived", items: "all" },
        { type: "retry-due" },
      ];
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
  return `Cannot ${command.type} a task that is ${state}.`;
};

/** Turns a wish into the one fact the statechart allows, or says why not. */
export const decide = (task: Task, command: TaskCommand): Decision => {
  const fault = faultOf(task, command);
  if (fault !== null) return { ok: false, why: fault };
  const event = candidates(task, command).find((candidate) => task.can(candidate));
  return event ? { ok: true, event } : { ok: false, why: whyNot(task, command) };
};
