import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, type Ending, failed } from "../../../executor.ts";
import { lowerLimits } from "../../../processes/rlimits.ts";
import { OUTPUT_LIMIT } from "../../command/output.ts";
import { messageOf, statusOf } from "../engine/classify.ts";
import { openEngine } from "../engine/engine.ts";
import { createHost } from "../engine/host.ts";
import { attend } from "./attend.ts";
import { containerOf } from "./container.ts";
import { RunPayload } from "./payload.ts";

const DISCARD_MS = 30_000;

const engine = openEngine();

const refusal = (error: unknown, image: string): Ending | undefined => {
  const status = statusOf(error);
  if (status === 404 && /image/i.test(messageOf(error)))
    return failed("no-image", `The image ${image} is not on this host.`, false);
  if (status === undefined || status >= 500) return undefined;
  return failed("refused", messageOf(error), false);
};

export const executor = defineExecutor({
  type: "docker.run",
  title: "Run in a container",
  description: "Runs a program in a container of its own and keeps its output and exit code.",
  payload: RunPayload,
  repeatable: false,
  pause: "freeze",
  isolation: "container",
  keepsApart: true,
  limits: { pids: 4_096, outputBytes: OUTPUT_LIMIT },
  retry: DEFAULT_RETRY,
  example: { image: "alpine:3", command: ["echo", "Hello from Longshore"] },

  run: async (context) => {
    const { payload, marks } = context;
    // A pause freezes the container; it never stops the waiting for an engine that is away.
    const host = createHost(engine, { ...context, pausing: new AbortController().signal });
    const { memory: memoryBytes, cpus } = payload;
    const limits = lowerLimits(context.limits, {
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(cpus === undefined ? {} : { cpus }),
    });
    let id: string | undefined;
    try {
      id = await host.answered(async () => {
        const processors = await engine.processors(context.cancelled);
        return engine.create(containerOf({ payload, limits, marks, processors }));
      });
      if (id === undefined) return { type: "cancelled" };
      return await attend({ context, engine, host, limits, id });
    } catch (error) {
      return refusal(error, payload.image) ?? failed("engine-error", engine.explain(error), true);
    } finally {
      if (id !== undefined) await engine.discard(id, { limitMs: DISCARD_MS }).catch(() => undefined);
    }
  },
});
