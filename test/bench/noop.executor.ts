import Type from "typebox";
import { defineExecutor } from "../../services/runner/executor.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { now } from "./load.ts";

/** Does nothing, and says when it began to; or, so that others must wait, nothing for ever. */
export const executor = defineExecutor({
  type: "noop",
  title: "No-op",
  description: "Does nothing.",
  payload: Type.Object({ at: Type.Optional(Type.Number()), holds: Type.Optional(Type.Boolean()) }),
  repeatable: true,
  isolation: "inline",
  pause: "none",
  example: {},
  retry: DEFAULT_RETRY,
  run: async ({ payload, cancelled }) => {
    if (payload.holds === true)
      await new Promise((resolve) => cancelled.addEventListener("abort", resolve, { once: true }));
    return { type: "completed", result: now() };
  },
});
