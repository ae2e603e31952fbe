import { isTaskFact } from "#schema/envelope.ts";
import { capabilitiesFor, type Capability, missingCapability } from "#schema/policy.ts";
import { decide } from "#schema/task.decide.ts";
import { definitionOf, statePath } from "#schema/task.evolve.ts";
import type { TaskWish, WishReply } from "#schema/wishes.ts";
import type { Authority } from "./authority.ts";
import { type LiveTask, snapshotOf } from "./tasks.ts";

/** The task, from memory or, when it is settled, from its last fact in the journal. */
const find = async (authority: Authority, id: string): Promise<LiveTask | undefined> => {
  const live = authority.tasks.get(id);
  if (live) return live;
  const settled = authority.tasks.settled(id);
  if (!settled) return undefined;
  const { fact, hash } = await authority.read(settled.seq);
  // Reading took time: somebody else may have revived it first.
  const meanwhile = authority.tasks.get(id);
  if (meanwhile) return meanwhile;
  return isTaskFact(fact) ? authority.tasks.exhume(settled, fact, hash) : undefined;
};

const neededFor = async (
  authority: Authority,
  task: LiveTask,
  wish: TaskWish,
): Promise<readonly Capability[]> => {
  if (wish.command.type !== "retry") return ["operate"];
  const { type, payload } = definitionOf(snapshotOf(task).context);
  return capabilitiesFor(type, await authority.objects.load(payload));
};

/** Turns a wish about a task into the fact the statechart allows, or refuses it with the state and the reason. */
export const command = async (authority: Authority, wish: TaskWish): Promise<WishReply> => {
  const found = await find(authority, wish.taskId);
  if (!found)
    return {
      ok: false,
      code: "unknown-task",
      message: "There is no such task, or it settled too long ago to be changed.",
    };
  const missing = missingCapability(wish.by.capabilities, await neededFor(authority, found, wish));
  if (missing) return { ok: false, code: "forbidden", message: `This needs the right "${missing}".` };

  const task = authority.tasks.get(wish.taskId) ?? found;
  // It was revived and settled again, or never came to be, while something was read.
  if (!authority.tasks.isCurrent(task)) return command(authority, wish);
  const snapshot = snapshotOf(task);
  const decision = decide(snapshot, wish.command);
  if (!decision.ok) return { ok: false, code: "refused", message: decision.why, state: statePath(snapshot) };
  const cause = { by: wish.by.actor, reason: wish.command.reason ?? null, id: wish.id };
  const { seq } = authority.tasks.record(task, decision.event, cause);
  return { ok: true, taskId: task.id, seq, state: statePath(snapshotOf(task)) };
};
