import { BLANK, type TaskContext } from "./task.context.ts";
import type { Place, TaskEvent, Work } from "./task.events.ts";
import { definitionOf } from "./task.evolve.ts";

/** What a runner needs of a task to begin or to go on. */
export const workOf = (context: TaskContext): Work => {
  const { type, name, payload, approval: asksFirst, guard } = definitionOf(context);
  const { plan, approval, marks, counts, checkpoint } = context;
  const must = asksFirst || guard !== undefined ? ({ mustPlan: true } as const) : undefined;
  return { type, name, payload, plan: plan?.plan ?? null, ...must, approval, marks, counts, checkpoint };
};

/** The attempt this fact gives to a runner, and its work; undefined where it gives none. */
export const assignedBy = (event: TaskEvent): (Place & { readonly work: Work }) | undefined => {
  if (event.type === "assigned") return event;
  if (event.type !== "submitted" || event.placed === undefined) return undefined;
  return { ...event.placed, work: workOf({ ...BLANK, definition: event.definition }) };
};
