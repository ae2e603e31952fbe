import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { defineExecutor, type Ending, failed, type JobContext } from "../../../executor.ts";
import { failedWith } from "../bulk/settled.ts";
import { createHost } from "../engine/host.ts";
import { ENGINE_SILENCE_MS } from "../engine/silence.ts";
import { engineOf, planEngine } from "../hosts/engine-of.ts";
import { hostFailure } from "../hosts/host-failure.ts";
import { HOST_FIELD, HOST_LANE } from "../hosts/lane.ts";
import { PullPayload } from "./payload.ts";
import { createPull, type Pulled, PullFailed } from "./pull-image.ts";
import { referenceOf } from "./reference.ts";

/** A registry that is away or asks for patience is asked again. */
const ATTEMPTS = 4;

const stopped = ({ cancelled }: JobContext): Ending => ({ type: cancelled.aborted ? "cancelled" : "paused" });

const done = async (context: JobContext<PullPayload>, pulled: Pulled): Promise<Ending> => {
  const { full } = referenceOf(context.payload.image);
  const { unchanged, ...present } = pulled;
  context.log(unchanged ? `${full} was up to date.` : `Pulled ${full}.`);
  await context.items([
    { index: 0, outcome: unchanged ? "unchanged" : "done", answer: pulled.digest ?? pulled.id },
  ]);
  return { type: "completed", result: { image: full, ...present, unchanged } };
};

export const executor = defineExecutor({
  type: "docker.images.pull",
  title: "Pull an image",
  description: "Pulls an image from its registry, layer by layer, where the registry asks for no login.",
  payload: PullPayload,
  repeatable: true,
  pause: "checkpoint",
  isolation: "inline",
  lane: HOST_LANE,
  site: HOST_FIELD,
  // By its name on its engine: two pulls of one image follow each other.
  itemLock: "pull",
  // After five minutes without a word from the registry the pull is begun anew by itself.
  stuckAfterMs: ENGINE_SILENCE_MS,
  naming: "Pull {image}",
  retry: { ...DEFAULT_RETRY, maxAttempts: ATTEMPTS, initialMs: 2_000 },
  example: { image: "alpine:3" },

  plan: async (context) => {
    try {
      const on = engineOf(context);
      const host = createHost(on.engine, context);
      const engine = await host.answered(() => planEngine(on, context.cancelled));
      if (!engine) return stopped(context);
      const { full } = referenceOf(context.payload.image);
      const why = `It is pulled to ${engine.name}.`;
      return { type: "planned", plan: { engine, items: [{ id: full, name: full, why }] } };
    } catch (error) {
      return hostFailure(error);
    }
  },

  run: async (context) => {
    const { image, platform } = context.payload;
    try {
      const on = engineOf(context);
      const host = createHost(on.engine, context);
      const stop = AbortSignal.any([context.cancelled, context.pausing]);
      const found = await host.answered(() => planEngine(on, stop));
      if (found && context.engine && found.id !== context.engine.id)
        return failed(
          "engine-changed",
          `Another engine answers for host ${on.host} than the one planned for.`,
          false,
        );
      const wanted = platform === undefined ? { image } : { image, platform };
      const pull = createPull(on.engine, wanted, stop, context.progress);
      const pulled = found && (await host.answered(pull));
      return pulled ? await done(context, pulled) : stopped(context);
    } catch (error) {
      if (!(error instanceof PullFailed)) return hostFailure(error);
      const { code, message, retryable } = error;
      await context.items([{ index: 0, ...failedWith(code, message) }]);
      return failed(code, message, retryable);
    }
  },
});
