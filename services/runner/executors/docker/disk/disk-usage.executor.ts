import Type from "typebox";
import { timestamp } from "#infra/clock.ts";
import { ITEM_KINDS } from "#schema/items.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, failed } from "../../../executor.ts";
import { isUnclear } from "../engine/classify.ts";
import { createHost } from "../engine/host.ts";
import { type DiskUse, listNetworks } from "../engine/listings.ts";
import { ENGINE_SILENCE_MS } from "../engine/silence.ts";
import { engineOf, type HostEngine, planEngine } from "../hosts/engine-of.ts";
import { hostFailure } from "../hosts/host-failure.ts";
import { HOST_FIELD, HOST_LANE } from "../hosts/lane.ts";
import { PayloadHost } from "../hosts/payload-host.ts";
import { measure } from "../prune/measure.ts";
import { diskReport } from "./report.ts";

const TOO_SLOW = "The engine did not say within ten minutes what its disk holds.";

interface Looked {
  readonly engine: string;
  readonly use: DiskUse;
  readonly networks: Awaited<ReturnType<typeof listNetworks>>;
}

/** `late`: the same again would take as long. */
const look = async (on: HostEngine, signal: AbortSignal): Promise<Looked | "late"> => {
  const { id, apiVersion } = await planEngine(on, signal);
  const networks = await listNetworks(on.engine, signal);
  try {
    return {
      engine: id,
      networks,
      use: await measure(on.engine, { kinds: new Set(ITEM_KINDS), apiVersion }, signal),
    };
  } catch (error) {
    if (isUnclear(error) && !signal.aborted) return "late";
    throw error;
  }
};

export const executor = defineExecutor({
  type: "docker.disk-usage",
  title: "Measure disk use",
  description:
    "Measures what containers, images, volumes and build cache take on a host's disk, and what could be freed.",
  payload: Type.Object({ host: PayloadHost }, { additionalProperties: false }),
  repeatable: true,
  pause: "none",
  isolation: "inline",
  lane: HOST_LANE,
  site: HOST_FIELD,
  naming: "Measure disk use {host}",
  stuckAfterMs: ENGINE_SILENCE_MS,
  retry: { ...DEFAULT_RETRY, maxAttempts: 2, initialMs: 30_000 },
  example: {},

  run: async (context) => {
    const on = engineOf(context);
    const host = createHost(on.engine, context);
    try {
      context.progress({ percent: null, message: "The engine is measuring" });
      const looked = await host.answered(() => look(on, context.cancelled));
      if (!looked) return { type: "cancelled" };
      if (looked === "late") return failed("too-slow", TOO_SLOW, true);
      const report = diskReport({ host: on.host, at: timestamp(Date.now()), ...looked });
      return { type: "completed", result: report };
    } catch (error) {
      return hostFailure(error);
    }
  },
});
