import type { TaskDetail } from "#schema/api.ts";
import { definitionOf, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { summaryOf } from "#schema/task.summary.ts";
import type { Caller } from "./access.ts";
import type { Edge } from "./edge.ts";
import { findTask } from "./find-task.ts";
import { legalCommands } from "./legal-commands.ts";
import { HttpProblem } from "./problems.ts";
import { pausedBy } from "./queries/paused-by.ts";
import { queuePosition } from "./queries/queue-position.ts";
import { waitingSentence, type WaitingFacts } from "./waiting.ts";

/** What only makes an answer richer is left out while Postgres is away. */
const orNull = async <T>(work: Promise<T>): Promise<T | null> => {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HttpProblem && error.problem.status === 503) return null;
    throw error;
  }
};

const waitingFacts = async ({ history, roster }: Edge, task: FoldedTask): Promise<WaitingFacts> => {
  const state = topState(task.state);
  const { priority } = task.context;
  return {
    present: roster.present(),
    position:
      state === "queued"
        ? await orNull(history.read((sql) => queuePosition(sql, { priority, born: task.born })))
        : null,
    pausedBy: state === "paused" ? await orNull(history.read((sql) => pausedBy(sql, task.id))) : null,
  };
};

/** A task whole, as one caller may see and steer it. Throws 404 and 503 problems. */
export const taskDetail = async (edge: Edge, id: string, caller: Caller): Promise<TaskDetail> => {
  const { task, progress } = await findTask(edge, id);
  const payload = await edge.payloads.of(definitionOf(task.context));
  return {
    ...summaryOf(task, progress),
    n: task.n,
    context: task.context,
    payload,
    waiting: waitingSentence(task, await waitingFacts(edge, task)),
    commands: legalCommands(task, payload, caller),
  };
};
