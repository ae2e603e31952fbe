/** Putting back what a run did to containers, where that can be: what was stopped is started again, and so on. */
import type { TaskDetail } from "#schema/api.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import { type Capability, capabilitiesFor, missingCapability } from "#schema/policy.ts";
import { shortHash } from "#schema/short-hash.ts";
import { definitionOf, tagOf, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import type { Caller } from "./access.ts";

const TYPE = "docker.containers";

const OPPOSITE: Readonly<Record<string, string>> = {
  stop: "start",
  kill: "start",
  start: "stop",
  pause: "unpause",
  unpause: "pause",
};

const LONGEST_NAME = 200;

/** What a task was asked to do, where its type knows several things; null when its payload does not say it. */
export const actionOf = (payload: unknown): string | null => {
  const { action } = typeof payload === "object" && payload !== null ? (payload as { action?: unknown }) : {};
  return typeof action === "string" ? action : null;
};

/** Why nobody could undo it now; null when it can be undone. */
export const whyNot = (task: FoldedTask, payload: unknown): string | null => {
  const { type } = definitionOf(task.context);
  if (type !== TYPE) return `What a task of type ${type} did cannot be undone.`;
  const action = actionOf(payload);
  if (action === null) return "What it was asked to do is no longer known.";
  if (OPPOSITE[action] === undefined) return `"${action}" cannot be undone.`;
  if (tagOf(task.state) !== "settled" && topState(task.state) !== "paused")
    return "Only what a settled or paused task did can be undone.";
  if (task.context.counts.done === 0) return "It changed nothing: there is nothing to undo.";
  return null;
};

/** The right somebody lacks to submit what puts things back. */
export const rightMissing = ({ capabilities }: Caller): Capability | undefined =>
  missingCapability(capabilities, capabilitiesFor(TYPE, null));

/** Whether what a task did can be undone now, by whom it may concern, and else why not. */
export const undoOutlook = (task: FoldedTask, payload: unknown, caller: Caller): TaskDetail["undo"] => {
  const missing = rightMissing(caller);
  const why = whyNot(task, payload) ?? (missing === undefined ? null : `This needs the right "${missing}".`);
  return { possible: why === null, why };
};

/**
 * The task that puts back what was done to these containers. The same wish said twice is one task; when the run has done
 * more in between, it is another.
 */
export const undoing = (
  task: FoldedTask,
  payload: unknown,
  { ids, reason }: { readonly ids: readonly string[]; readonly reason?: string | undefined },
): SubmitBody => {
  const { plan } = task.context;
  const { name } = definitionOf(task.context);
  return {
    type: TYPE,
    payload: {
      action: OPPOSITE[actionOf(payload) ?? ""],
      ids,
      // Without it another runner could take the task, and look for the containers on its own engine.
      ...(plan?.engine === undefined ? {} : { host: plan.engine.host }),
    },
    name: `Undo: ${name}`.slice(0, LONGEST_NAME),
    labels: {
      "longshore.undoes": task.id,
      ...(reason === undefined ? {} : { "longshore.reason": reason }),
    },
    idempotencyKey: `undo:${task.id}:${shortHash(ids.join())}`,
  };
};
