import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, failed } from "../../../executor.ts";
import { carryOut } from "../bulk/carry-out.ts";
import { openEngine } from "../engine/engine.ts";
import { createHost } from "../engine/host.ts";
import { createAutoRemoval } from "./inventory.ts";
import { actOn } from "./act.ts";
import { ContainersPayload } from "./payload.ts";
import { chooseContainers, planItems } from "./plan.ts";
import { findOwn } from "./protect.ts";

const LANES = 8;

const PAST: Record<ContainersPayload["action"], string> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  pause: "paused",
  unpause: "unpaused",
  kill: "killed",
  remove: "removed",
};

/** What these end, the engine deletes when it was made with --rm. */
const ENDING: ReadonlySet<ContainersPayload["action"]> = new Set(["stop", "restart", "kill"]);

const engine = openEngine();
const autoRemoval = createAutoRemoval(engine);

export const executor = defineExecutor({
  type: "docker.containers",
  title: "Containers",
  description: "Starts, stops, restarts, pauses, unpauses, kills or removes containers, many at once.",
  payload: ContainersPayload,
  repeatable: true,
  pause: "checkpoint",
  isolation: "inline",
  itemLock: "container",
  retry: DEFAULT_RETRY,
  example: { action: "stop", select: { labels: { "com.example.team": "web" } } },

  plan: async (context) => {
    const host = createHost(engine, context);
    const { action } = context.payload;
    const planned = await host.answered(async () => {
      const listed = await engine.list(context.cancelled);
      const chosen = chooseContainers(context.payload, listed);
      if (!chosen.ok) return chosen;
      const ids = ENDING.has(action) ? chosen.containers.map(({ Id }) => Id) : [];
      const autoRemoved = await autoRemoval(ids, context.cancelled);
      const items = planItems(chosen.containers, { own: findOwn(listed), autoRemoved });
      return { ok: true, plan: { items } } as const;
    });
    if (!planned) return { type: context.cancelled.aborted ? "cancelled" : "paused" };
    if (!planned.ok) return failed(planned.error.code, planned.error.message, false);
    return { type: "planned", plan: planned.plan };
  },

  run: (context) => {
    const { action, concurrency = LANES } = context.payload;
    let own = findOwn([]);
    return carryOut(engine, context, {
      things: "containers",
      begin: async () => {
        own = findOwn(await engine.list());
      },
      lanes: () => concurrency,
      act: (item, index, tools) => actOn({ ...tools, verb: action, own }, item, index),
      past: () => PAST[action],
    });
  },
});
