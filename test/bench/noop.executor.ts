import { defineExecutor } from "../../services/runner/executor.ts";
import { DEFAULT_RETRY } from "#schema/task.definition.ts";
import { now } from "./load.ts";

/** Does nothing, and says when it began to; or, so that others must wait, nothing for ever. */
export const executor = defineExecutor<{ readonly holds?: boolean }>({
  type: "noop",
  title: "No-op",
  description: "Does nothing.",
  payload: { type: "object", properties: { at: { type: "number" }, holds: { type: "boolean" } } },
  repeatable: true,
  pause: "none",
  plans: false,
  example: {},
  retry: DEFAULT_RETRY,
  run: async ({ payload, cancelled }) => {
    if (payload.holds === true)
      await new Promise((resolve) => cancelled.addEventListener("abort", resolve, { once: true }));
    return { type: "completed", result: now() };
  },
});
