import type { TaskDetail, TaskLink, TaskLinks, TaskUse } from "#schema/api.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { definitionOf, tagOf, topState } from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { summaryOf } from "#schema/task.summary.ts";
import type { WhyAnswer } from "#schema/wishes.ts";
import type { Caller } from "./access.ts";
import type { Edge } from "./edge.ts";
import { findTask } from "./find-task.ts";
import { legalCommands } from "./legal-commands.ts";
import { HttpProblem } from "./problems.ts";
import { pausedBy } from "./queries/paused-by.ts";
import { queuePosition } from "./queries/queue-position.ts";
import { readRelations, type Relations } from "./queries/task-relations.ts";
import { undoOutlook } from "./undo.ts";
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

/** The scheduler knows best why a task waits; of a pause it does not say who asked for it, and the history does. */
const waitingOf = async (edge: Edge, task: FoldedTask): Promise<Pick<TaskDetail, "waiting" | "why">> => {
  if (tagOf(task.state) !== "waiting") return { waiting: null, why: null };
  const answer: WhyAnswer | null = await edge.wishes.why(task.id);
  const why =
    answer === null
      ? null
      : { code: answer.code, position: answer.position ?? null, etaMs: answer.etaMs ?? null };
  if (answer !== null && answer.code !== "paused") return { waiting: answer.sentence, why };
  return { waiting: waitingSentence(task, await waitingFacts(edge, task)), why };
};

/** What its present attempt uses; what is said of an earlier one says nothing of this. */
const useOf = ({ telemetry }: Edge, { id, state, context }: FoldedTask): TaskUse | null => {
  const use = tagOf(state) === "active" ? telemetry.useOf(id) : null;
  return use?.attempt === context.attempt ? use : null;
};

const NOT_KNOWN: TaskLinks = { items: [], total: null };

const namedBy = ({ after = [], parent, retryOf }: TaskDefinition): string[] => [
  ...after,
  ...(parent === undefined ? [] : [parent]),
  ...(retryOf === undefined ? [] : [retryOf]),
];

/** A task named in short: as the tail has it when it is recent, else as the read model has it. */
const linkTo = ({ recent }: Edge, relations: Relations | null, id: string): TaskLink => {
  const young = recent.get(id);
  if (young !== null) return { id, name: definitionOf(young.context).name, state: young.state };
  return relations?.named.get(id) ?? { id, name: null, state: null };
};

const relationsOf = async (edge: Edge, task: FoldedTask) => {
  const definition = definitionOf(task.context);
  const { after = [], parent, retryOf, submittedBy, concurrency, locks = [], requires } = definition;
  const relations = await orNull(
    edge.history.read((sql) => readRelations(sql, task.id, namedBy(definition))),
  );
  const link = (id: string | undefined): TaskLink | null =>
    id === undefined ? null : linkTo(edge, relations, id);
  return {
    parent: link(parent),
    retryOf: link(retryOf),
    schedule: submittedBy.kind === "schedule" ? submittedBy.id : null,
    after: after.map((id) => linkTo(edge, relations, id)),
    followers: relations?.followers ?? NOT_KNOWN,
    children: relations?.children ?? NOT_KNOWN,
    retries: relations?.retries ?? NOT_KNOWN,
    concurrency: concurrency ?? null,
    locks,
    requires: requires ?? null,
  };
};

/** A task whole, as one caller may see and steer it. Throws 404 and 503 problems. */
export const taskDetail = async (edge: Edge, id: string, caller: Caller): Promise<TaskDetail> => {
  const { task, progress } = await findTask(edge, id);
  const summary = summaryOf(task, progress);
  const payload = await edge.payloads.of(definitionOf(task.context));
  const [waiting, relations] = await Promise.all([waitingOf(edge, task), relationsOf(edge, task)]);
  return {
    ...summary,
    n: task.n,
    context: task.context,
    payload,
    ...waiting,
    use: useOf(edge, task),
    ...relations,
    commands: legalCommands(task, {
      caller,
      payload,
      needs: edge.roster.type(summary.type)?.needs ?? [],
      now: edge.clock.now(),
    }),
    undo: undoOutlook(task, payload, caller),
  };
};
