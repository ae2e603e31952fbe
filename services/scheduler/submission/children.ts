import type { ChildReply, ChildSubmission } from "#schema/attempt-questions.ts";
import { definitionOf, type Task } from "#schema/task.evolve.ts";
import type { Authority } from "../authority.ts";
import { holds, STALE } from "../runners/attempts.ts";
import { CHILDREN_MOST, GENERATIONS_MOST, hasTooMany, noteChild } from "./offspring.ts";
import { refuse } from "./submission.ts";
import { admit, prepare } from "./submit.ts";
import { snapshotOf } from "../tasks.ts";

const TOO_MANY = `A task may submit at most ${CHILDREN_MOST} tasks of its own, and this one has.`;

const LAST_GENERATION = `A task may have tasks of its own for ${GENERATIONS_MOST} generations, and this one is of the last: it may submit none.`;

const parentOf = ({ tasks }: Authority, id: string): string | undefined => {
  const live = tasks.get(id);
  return live ? definitionOf(snapshotOf(live).context).parent : tasks.settled(id)?.parent;
};

/** What its parent may not, whatever the child is. */
const parentFault = (parent: Task, { task }: ChildSubmission): ChildReply | undefined => {
  if (parent.matches("cancelling"))
    return { ok: false, code: "illegal", message: "Its task is being cancelled: it begins nothing new." };
  if (task.idempotencyKey !== undefined)
    return refuse("invalid", "A child is known by its key; it has no idempotency key besides.");
  const { generation = 0 } = definitionOf(parent.context);
  return generation >= GENERATIONS_MOST ? refuse("refused", LAST_GENERATION) : undefined;
};

/**
 * A running attempt submits a task of its own, with the rights of who submitted its parent and no others. The same key
 * answers with the same child for as long as the parent is not settled, so an attempt that begins again makes none twice.
 */
export const submitChild = async (authority: Authority, report: ChildSubmission): Promise<ChildReply> => {
  const { taskId, key, task } = report;
  const parent = authority.tasks.get(taskId);
  if (!holds(parent, report)) return STALE;
  const snapshot = snapshotOf(parent);
  const fault = parentFault(snapshot, report);
  if (fault) return fault;
  const { rights = [], generation = 0 } = definitionOf(snapshot.context);
  const childKey = `${taskId}:${key}`;
  const submission = {
    id: childKey,
    by: { actor: { kind: "task", id: taskId }, capabilities: rights },
    parent: { id: taskId, generation: generation + 1 },
    task: { ...task, idempotencyKey: childKey },
  } as const;
  const isNew = authority.tasks.byIdempotencyKey(childKey) === undefined;
  if (isNew && hasTooMany(authority.tasks, taskId, childKey)) return refuse("refused", TOO_MANY);
  const prepared = await prepare(authority, submission);
  // Keeping a large payload took time: the attempt may have lost its task.
  if (!holds(authority.tasks.get(taskId), report)) return STALE;
  if (isNew && !("ok" in prepared)) noteChild(authority.tasks, taskId, childKey);
  const reply = "ok" in prepared ? prepared : admit(authority, submission, prepared.definition, true);
  if (reply.ok && parentOf(authority, reply.taskId) !== taskId)
    return refuse("invalid", `The key ${childKey} is that of a task which is no child of this one.`);
  return reply;
};
