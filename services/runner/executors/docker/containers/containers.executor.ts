import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, failed } from "../../../executor.ts";
import { carryOut } from "../bulk/carry-out.ts";
import { sayNames } from "../bulk/say-names.ts";
import { createHost } from "../engine/host.ts";
import { ENGINE_SILENCE_MS } from "../engine/silence.ts";
import { engineOf, planEngine } from "../hosts/engine-of.ts";
import { hostFailure } from "../hosts/host-failure.ts";
import { HOST_FIELD, HOST_LANE } from "../hosts/lane.ts";
import { actOn } from "./act.ts";
import { chooseContainers } from "./choose.ts";
import { findOut } from "./findings.ts";
import { LOOKED_INTO } from "./looks.ts";
import { ContainersPayload } from "./payload.ts";
import { planItems } from "./plan.ts";
import { findOwn } from "./protect.ts";
import { servicesToEnd, waitUntilReady } from "./ready.ts";

const LANES = 8;
/** A cancelled run does not wait long for an engine to say what is left. */
const LAST_LOOK_MS = 5_000;

const PAST: Record<ContainersPayload["action"], string> = {
  start: "started",
  stop: "stopped",
  restart: "restarted",
  pause: "paused",
  unpause: "unpaused",
  kill: "killed",
  remove: "removed",
};

/** These leave containers paused when they are cut short. */
const PAUSES: ReadonlySet<ContainersPayload["action"]> = new Set(["pause", "unpause"]);

export const executor = defineExecutor({
  type: "docker.containers",
  title: "Containers",
  description: "Starts, stops, restarts, pauses, unpauses, kills or removes containers, many at once.",
  payload: ContainersPayload,
  repeatable: true,
  pause: "checkpoint",
  isolation: "inline",
  itemLock: "container",
  stuckAfterMs: ENGINE_SILENCE_MS,
  lane: HOST_LANE,
  site: HOST_FIELD,
  retry: DEFAULT_RETRY,
  example: { action: "stop", select: { labels: { "com.example.team": "web" } } },

  plan: async (context) => {
    const { payload, cancelled } = context;
    if (payload.alsoStopped === true && payload.action !== "restart")
      return failed("invalid-payload", `alsoStopped is for restart, not for ${payload.action}.`, false);
    try {
      const site = engineOf(context);
      const planned = await createHost(site.engine, context).answered(async () => {
        const [engine, listed] = await Promise.all([
          planEngine(site, cancelled),
          site.engine.list(cancelled),
        ]);
        const chosen = chooseContainers(payload, listed);
        if (!chosen.ok) return chosen;
        const ids = LOOKED_INTO.has(payload.action) ? chosen.containers.map(({ Id }) => Id) : [];
        const findings = await findOut(site.engine, ids, cancelled);
        const items = planItems(payload, chosen.containers, { own: findOwn(listed), listed, findings });
        const dry = payload.dryRun === true ? { dryRun: true } : {};
        return { ok: true, plan: { items, engine, ...dry } } as const;
      });
      if (!planned) return { type: cancelled.aborted ? "cancelled" : "paused" };
      if (!planned.ok) return failed(planned.error.code, planned.error.message, false);
      return { type: "planned", plan: planned.plan };
    } catch (error) {
      return hostFailure(error);
    }
  },

  run: async (context) => {
    const { action, alsoStopped = false, concurrency = LANES } = context.payload;
    let own = findOwn([]);
    let toEnd = servicesToEnd([]);
    try {
      const { engine } = engineOf(context);
      return await carryOut(engine, context, {
        things: "containers",
        begin: async () => {
          const listed = await engine.list();
          own = findOwn(listed);
          toEnd = servicesToEnd(listed);
        },
        lanes: () => concurrency,
        act: (item, index, tools) => actOn({ ...tools, verb: action, alsoStopped, own }, item, index),
        past: () => PAST[action],
        ...(action === "start" || action === "unpause"
          ? { ready: (items, stop) => waitUntilReady(items, { engine, toEnd, stop, say: context.log }) }
          : {}),
        ...(PAUSES.has(action)
          ? {
              atCancel: async () => {
                const listed = await engine.list(AbortSignal.timeout(LAST_LOOK_MS));
                const paused = new Set(listed.filter(({ State }) => State === "paused").map(({ Id }) => Id));
                const still = context.plan.filter(({ id }) => paused.has(id));
                return sayNames(
                  "Still paused",
                  still.map(({ name }) => name),
                );
              },
            }
          : {}),
      });
    } catch (error) {
      return hostFailure(error);
    }
  },
});
