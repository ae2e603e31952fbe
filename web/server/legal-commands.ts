import { capabilitiesFor, missingCapability } from "#schema/policy.ts";
import { COMMAND_EXAMPLES, type TaskCommand, type TaskCommandType } from "#schema/task.commands.ts";
import { decide } from "#schema/task.decide.ts";
import { definitionOf, restore } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { TaskDetail } from "#schema/api.ts";
import type { Caller } from "./access.ts";

/** What is asked of the chart: the example of a wish, made to fit this task. */
const exampleFor = (type: TaskCommandType, task: FoldedTask): TaskCommand =>
  type === "approve" ? { type, plan: task.context.plan?.number ?? 1 } : COMMAND_EXAMPLES[type];

/** Every wish, whether the chart and the caller's rights allow it now, and else why not. */
export const legalCommands = (task: FoldedTask, payload: unknown, caller: Caller): TaskDetail["commands"] => {
  const snapshot = restore(task.state, task.context);
  const toRunAgain = capabilitiesFor(definitionOf(task.context).type, payload);
  return (Object.keys(COMMAND_EXAMPLES) as TaskCommandType[]).map((command) => {
    const missing = missingCapability(caller.capabilities, command === "retry" ? toRunAgain : ["operate"]);
    if (missing !== undefined) return { command, allowed: false, why: `This needs the right "${missing}".` };
    const decision = decide(snapshot, exampleFor(command, task));
    return decision.ok ? { command, allowed: true } : { command, allowed: false, why: decision.why };
  });
};
