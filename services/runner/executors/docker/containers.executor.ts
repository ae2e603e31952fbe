import type { JsonSchema } from "#schema/executor-type.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, failed } from "../../executor.ts";
import { carryOut } from "./bulk.ts";
import { openEngine } from "./engine.ts";
import { createHost } from "./host.ts";
import { createAutoRemoval } from "./inventory.ts";
import { ContainersPayload } from "./payload.ts";
import { planContainers } from "./plan.ts";
import { findOwn } from "./protect.ts";

const engine = openEngine();
const autoRemoval = createAutoRemoval(engine);

export const executor = defineExecutor<ContainersPayload>({
  type: "docker.containers",
  title: "Containers",
  description: "Starts, stops, restarts, pauses, unpauses, kills or removes containers, many at once.",
  payload: ContainersPayload as unknown as JsonSchema,
  repeatable: true,
  pause: "checkpoint",
  plans: true,
  retry: DEFAULT_RETRY,
  example: { action: "stop", select: { labels: { "com.example.team": "web" } } },

  plan: async (context) => {
    const host = createHost(engine, context);
    const planned = await host.answered(async () => {
      const signal = AbortSignal.any([context.cancelled, AbortSignal.timeout(120_000)]);
      const listed = await engine.list(signal);
      const ids = context.payload.action === "start" ? [] : listed.map(({ Id }) => Id);
      const autoRemoved = await autoRemoval(ids, signal);
      return planContainers(context.payload, { listed, own: findOwn(listed), autoRemoved });
    });
    if (!planned) return { type: context.cancelled.aborted ? "cancelled" : "paused" };
    if (!planned.ok) return failed(planned.error.code, planned.error.message, false);
    return { type: "planned", plan: planned.plan };
  },

  run: (context) => carryOut(engine, context),
});
