import type { TaskDetail } from "#schema/api.ts";
import { tooLate } from "#schema/plan-approval.ts";
import { capabilitiesFor, capabilitiesToSteer, type Capability, missingCapability } from "#schema/policy.ts";
import { COMMAND_EXAMPLES } from "#schema/command-examples.ts";
import type { TaskCommand, TaskCommandType } from "#schema/task.commands.ts";
import { decide } from "#schema/task.decide.ts";
import { definitionOf, restore } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { Caller } from "./access.ts";

/** What is asked of the chart: the example of a wish, made to fit this task. */
const exampleFor = (type: TaskCommandType, { context: { plan } }: FoldedTask): TaskCommand => {
  if (plan === null) return COMMAND_EXAMPLES[type];
  if (type === "approve")
    return { type, plan: plan.number, ...(plan.hash === undefined ? {} : { hash: plan.hash }) };
  return type === "replan" ? { type, plan: plan.number } : COMMAND_EXAMPLES[type];
};

interface Asking {
  readonly caller: Caller;
  readonly payload: unknown;
  /** Rights that its type declares. */
  readonly needs: readonly Capability[];
  /** Wall time, ms. */
  readonly now: number;
}

/** Every wish, whether the chart and the caller's rights allow it now, and else why not. */
export const legalCommands = (
  task: FoldedTask,
  { caller, payload, needs, now }: Asking,
): TaskDetail["commands"] => {
  const snapshot = restore(task.state, task.context);
  const toRun = capabilitiesFor(definitionOf(task.context).type, payload, needs);
  return (Object.keys(COMMAND_EXAMPLES) as TaskCommandType[]).map((command) => {
    const no = (why: string) => ({ command, allowed: false, why });
    const example = exampleFor(command, task);
    const missing = missingCapability(caller.capabilities, capabilitiesToSteer(example, toRun));
    if (missing !== undefined) return no(`This needs the right "${missing}".`);
    const decision = decide(snapshot, example);
    if (!decision.ok) return no(decision.why);
    const late = command === "approve" ? tooLate(task.context.plan, now) : null;
    return late === null ? { command, allowed: true } : no(late);
  });
};
