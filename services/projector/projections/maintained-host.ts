import { eventOf, isTaskFact } from "#schema/envelope.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { assignedBy } from "#schema/task.work.ts";
import type { ReadFact } from "../verify.ts";

/** Whether a task is about a container host: such a one names it, or is about the engine of the runner that has it. */
export const isMaintenance = ({ context }: FoldedTask): boolean =>
  definitionOf(context).type.startsWith("docker.");

/** A host is found by an index, whose rows take 2.7 kB; types of the user's may call anything a host. */
const LONGEST = 200;

const hostIn = (payload: unknown): string | undefined => {
  const { host } = typeof payload === "object" && payload !== null ? (payload as { host?: unknown }) : {};
  return typeof host === "string" && host !== "" && host.length <= LONGEST ? host : undefined;
};

/** The host a task's plan was made for, else the one its payload names; undefined when neither says it. */
export const namedHost = (task: FoldedTask): string | undefined => {
  const { plan } = task.context;
  if (plan?.engine) return plan.engine.host;
  const { payload } = definitionOf(task.context);
  return isMaintenance(task) && "value" in payload ? hostIn(payload.value) : undefined;
};

/** The runner each task was last assigned to by these facts: a runner's own host goes by its name. */
export const runnersIn = (facts: readonly ReadFact[]): Map<string, string> => {
  const runners = new Map<string, string>();
  for (const { fact } of facts) {
    if (!isTaskFact(fact)) continue;
    const place = assignedBy(eventOf(fact));
    if (place) runners.set(fact.taskId, place.runner);
  }
  return runners;
};
