import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, type Ending, failed } from "../../../executor.ts";
import { lowerLimits } from "../../../processes/rlimits.ts";
import { OUTPUT_LIMIT } from "../../command/output.ts";
import { messageOf, statusOf } from "../engine/classify.ts";
import { createHost } from "../engine/host.ts";
import { IMAGE_REF } from "../engine/names.ts";
import { EngineRefused } from "../engine/refused.ts";
import { engineOf } from "../hosts/engine-of.ts";
import { HOST_FIELD } from "../hosts/lane.ts";
import { createPull, PullFailed } from "../pull/pull-image.ts";
import { attend } from "./attend.ts";
import { containerOf } from "./container.ts";
import { RunPayload } from "./payload.ts";

const DISCARD_MS = 30_000;

const isMissing = (error: unknown): boolean => statusOf(error) === 404 && /image/i.test(messageOf(error));

/** Podman keeps its init program apart, and not every host has it. */
const lacksInit = (error: unknown): boolean => /container-init binary not found/.test(messageOf(error));

const refusal = (error: unknown, { image }: RunPayload): Ending | undefined => {
  if (error instanceof PullFailed) return failed(error.code, error.message, error.retryable);
  if (isMissing(error)) return failed("no-image", `The image ${image} is not on this host.`, false);
  const status = statusOf(error);
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
  // What runs there is the engine's: only its output would be seen here, and a server or a long computation has none.
  stuckAfterMs: 0,
  site: HOST_FIELD,
  limits: { pids: 4_096, outputBytes: OUTPUT_LIMIT },
  retry: DEFAULT_RETRY,
  example: { image: "alpine:3", command: ["echo", "Hello from Longshore"] },

  run: async (context) => {
    const { payload, marks } = context;
    const { engine } = engineOf(context);
    // A pause freezes the container; it never stops the waiting for an engine that is away.
    const host = createHost(engine, { ...context, pausing: new AbortController().signal });
    const { memory: memoryBytes, cpus } = payload;
    const limits = lowerLimits(context.limits, {
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      ...(cpus === undefined ? {} : { cpus }),
    });
    const create = async (): Promise<string> => {
      const processors = await engine.processors(context.cancelled);
      const wanted = containerOf({ payload, limits, marks, processors });
      return engine.create(wanted).catch((error: unknown) => {
        if (!lacksInit(error)) throw error;
        context.log("This host has no init program for containers: what does not mind TERM is killed.");
        return engine.create({ ...wanted, HostConfig: { ...wanted.HostConfig, Init: false } });
      });
    };
    const pullAndCreate = async (): Promise<string | undefined> => {
      context.log(`Pulling ${payload.image}.`);
      const wanted = { image: payload.image };
      const pulled = await host.answered(createPull(engine, wanted, context.cancelled, context.progress));
      return pulled && host.answered(create);
    };
    let id: string | undefined;
    try {
      id = await host.answered(create).catch((error: unknown) => {
        if (payload.pull !== "missing" || !isMissing(error) || !IMAGE_REF.test(payload.image)) throw error;
        return pullAndCreate();
      });
      if (id === undefined) return { type: "cancelled" };
      return await attend({ context, engine, host, limits, id, hasTerminal: payload.tty === true });
    } catch (error) {
      // Says itself what the task fails with.
      if (error instanceof EngineRefused) throw error;
      return refusal(error, payload) ?? failed("engine-error", engine.explain(error), true);
    } finally {
      if (id !== undefined) await engine.discard(id, { limitMs: DISCARD_MS }).catch(() => undefined);
    }
  },
});
