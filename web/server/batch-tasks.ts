import { BATCH_LIMIT } from "#schema/batch.ts";
import type { BatchBody, TaskFilter } from "#schema/record-api.ts";
import type { Edge } from "./edge.ts";
import { HttpProblem, unavailable } from "./problems.ts";
import { frozenTasks } from "./queries/frozen-tasks.ts";
import { readModelHas } from "./read-model.ts";
import { invalid } from "./validation.ts";

/** A hundred thousand tasks are found in well under this; a batch may be worth the wait. */
const LOOK_MS = 20_000;
const PATIENCE_MS = 5_000;

/** The tasks a batch is about, and the journal sequence for which that was found (null when they were named). */
export interface BatchTasks {
  readonly ids: readonly string[];
  readonly asOf: number | null;
}

const mustBeKnown = async ({ history, tail }: Edge, asOf: number): Promise<void> => {
  if (asOf > Math.max(tail.last, tail.end ?? 0))
    throw invalid("body", [{ path: "/asOf", message: "is beyond the journal's end" }]);
  if (await readModelHas(history, asOf, PATIENCE_MS)) return;
  throw unavailable(`The history has not read the journal up to ${asOf} yet.`);
};

/**
 * The tasks that met a filter when the journal ended at `asOf`; when that is absent, now: whoever asks finds all that they
 * have been told of.
 */
export const tasksMatching = async (
  edge: Edge,
  filter: TaskFilter,
  asOf = edge.tail.last,
): Promise<BatchTasks> => {
  await mustBeKnown(edge, asOf);
  const ids = await edge.history.read((sql) => frozenTasks(sql, filter, asOf), LOOK_MS);
  const found = { ids, asOf };
  if (found.ids.length > BATCH_LIMIT)
    throw new HttpProblem(
      400,
      `More than ${BATCH_LIMIT} tasks match: a batch holds no more. Narrow it down.`,
    );
  if (found.ids.length === 0)
    throw new HttpProblem(409, `No task matched when the journal ended at ${found.asOf}.`);
  return found;
};

/** The tasks a body names, one way or the other. Throws a 400 problem for both ways or none. */
export const batchTasks = (edge: Edge, { action, ids, query, asOf }: BatchBody): Promise<BatchTasks> => {
  const ways = [ids, query].filter((way) => way !== undefined).length;
  if (action.type === "undo") {
    if (ways > 0) throw invalid("body", [{ path: "/ids", message: "undo is about the tasks of its batch" }]);
    return Promise.resolve({ ids: [], asOf: null });
  }
  if (ways !== 1) throw invalid("body", [{ path: "/ids", message: "must be there, or else a query" }]);
  if (query !== undefined) return tasksMatching(edge, query, asOf);
  if (asOf !== undefined) throw invalid("body", [{ path: "/asOf", message: "goes only with a query" }]);
  return Promise.resolve({ ids: ids ?? [], asOf: null });
};
