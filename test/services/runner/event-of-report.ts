import type { Objects } from "#infra/nats/objects.ts";
import type { AttemptReport } from "#schema/reports.ts";
import type { TaskEvent } from "#schema/task.events.ts";

/** What a report becomes when nothing crosses it; a retry is due at once. */
export const eventOfReport = async (
  { body, number }: AttemptReport,
  objects: Objects,
): Promise<TaskEvent> => {
  const report = number;
  switch (body.type) {
    case "unclaimed":
      return { type: "unclaimed" };
    case "planned": {
      const plan = { number: 1, count: body.plan.items.length, plan: await objects.keep(body.plan) };
      return { type: "planned", plan, report };
    }
    case "checkpointed":
      return { type: "checkpointed", checkpoint: await objects.keep(body.checkpoint), report };
    case "completed":
      return { type: "completed", result: { value: body.result }, report };
    case "attempt-failed":
      return { ...body, dueAt: new Date().toISOString(), report };
    case "started":
    case "items-recorded":
    case "host-lost":
    case "host-back":
    case "paused":
    case "handed-over":
    case "cancelled":
      return { ...body, report };
  }
};
