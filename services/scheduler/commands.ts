import { type Clock, timestamp } from "#infra/clock.ts";
import { isTaskFact } from "#schema/envelope.ts";
import { tooLate } from "#schema/plan-approval.ts";
import { capabilitiesFor, capabilitiesToSteer, type Capability, missingCapability } from "#schema/policy.ts";
import type { TaskCommand } from "#schema/task.commands.ts";
import { decide, type Decision } from "#schema/task.decide.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { definitionOf, statePath, type Task } from "#schema/task.evolve.ts";
import type { Refusal, TaskWish, WishReply } from "#schema/wishes.ts";
import type { Authority } from "./authority.ts";
import { rememberPlan } from "./runners/plans.ts";
import { type Cause, type LiveTask, snapshotOf } from "./tasks.ts";

/** Ten years: what lies beyond is a slip of the keyboard. */
const FURTHEST_MS = 10 * 366 * 86_400_000;

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

/** What matters of a wish to the rights it takes. */
interface Asked {
  readonly type: TaskCommand["type"] | "undo";
  readonly volumes?: readonly number[];
}

const neededFor = async (
  { objects, placement, runners }: Authority,
  task: LiveTask,
  command: Asked,
): Promise<readonly Capability[]> => {
  const { context } = snapshotOf(task);
  const { type, payload } = definitionOf(context);
  // It takes its locks again as soon as it starts, and its plan went out of memory with it.
  if (command.type === "retry") await placement.locks.load([context], objects);
  else if (command.type !== "approve") return capabilitiesToSteer(command, []);
  return capabilitiesToSteer(
    command,
    capabilitiesFor(type, await objects.load(payload), runners.type(type)?.needs),
  );
};

/** All of a wish about a task that takes time to know. Neither can change but by the task's moving on. */
export interface Looked {
  /** Undefined when there is none. */
  readonly task: LiveTask | undefined;
  readonly missing: Capability | undefined;
}

interface Question {
  readonly taskId: string;
  readonly capabilities: readonly Capability[];
  readonly command: Asked;
}

/** Throws NotRecorded, LostObject, ObjectsAway. */
export const look = async (
  authority: Authority,
  { taskId, capabilities, command }: Question,
): Promise<Looked> => {
  const task = await find(authority, taskId);
  const needed = task ? await neededFor(authority, task, command) : [];
  return { task, missing: missingCapability(capabilities, needed) };
};

export type Verdict = { readonly ok: true; readonly task: LiveTask; readonly event: TaskEvent } | Refusal;

/** What a wish comes to as things stand; null when the task has moved on so far that it must be looked at again. */
export const judge = (
  authority: Authority,
  { task: found, missing }: Looked,
  deciding: (task: Task) => Decision,
): Verdict | null => {
  if (!found) {
    const message = "There is no such task, or it settled too long ago to be changed.";
    return { ok: false, code: "unknown-task", message };
  }
  if (missing) return { ok: false, code: "forbidden", message: `This needs the right "${missing}".` };
  const task = authority.tasks.get(found.id) ?? found;
  // It was revived and settled again, or never came to be, while something was read.
  if (!authority.tasks.isCurrent(task)) return null;
  const snapshot = snapshotOf(task);
  const decision = deciding(snapshot);
  if (decision.ok) return { ok: true, task, event: decision.event };
  return { ok: false, code: "refused", message: decision.why, state: statePath(snapshot) };
};

/** What is wrong with a command at this moment whatever its task may be, or null. */
export const faultOf = (
  clock: Clock,
  command: { readonly type: string; readonly runAt?: string },
): Refusal | null => {
  if (command.runAt === undefined) return null;
  const at = Date.parse(command.runAt);
  const said = ((): string | null => {
    if (!Number.isFinite(at)) return "is not a moment that exists";
    if (at <= clock.now()) return "lies in the past; to have it start, resume it or wait for its turn";
    return at > clock.now() + FURTHEST_MS ? "lies more than ten years ahead" : null;
  })();
  if (said === null) return null;
  const details = [{ path: "runAt", message: said }];
  return { ok: false, code: "invalid", message: `The time to wait for ${said}.`, details };
};

/** A task that is revived gets the whole of its time again. */
const withTime = (clock: Clock, task: Task, decision: Decision): Decision => {
  if (!decision.ok || decision.event.type !== "revived") return decision;
  const { totalMs } = definitionOf(task.context).timeout;
  const expiresAt = totalMs === null ? null : timestamp(clock.now() + totalMs);
  return { ok: true, event: { ...decision.event, expiresAt } };
};

/** A yes may come too late. */
const inTime = (clock: Clock, task: Task, decision: Decision): Decision => {
  if (!decision.ok || decision.event.type !== "approved") return decision;
  const why = tooLate(task.context.plan, clock.now());
  return why === null ? decision : { ok: false, why };
};

export const decideNow =
  (clock: Clock, command: TaskCommand) =>
  (task: Task): Decision =>
    inTime(clock, task, withTime(clock, task, decide(task, command)));

/** Somebody else has thrown that plan away already, or the same click came twice: all that was wished is done. */
const isDone = ({ context }: Task, command: TaskCommand): boolean =>
  command.type === "replan" &&
  command.plan !== undefined &&
  command.plan <= context.attempt &&
  command.plan !== context.plan?.number;

/** Writes what was decided. Throws NotRecorded, FactTooLarge. */
export const carryOut = (
  authority: Authority,
  { task, event }: Extract<Verdict, { ok: true }>,
  cause: Cause,
): Extract<WishReply, { ok: true }> => {
  const { seq } = authority.tasks.record(task, event, cause);
  const { plan } = snapshotOf(task).context;
  if (event.type === "approved" && plan?.ask !== undefined)
    rememberPlan(authority, task, plan, { id: cause.id ?? null, yes: true });
  return { ok: true, taskId: task.id, seq, state: statePath(snapshotOf(task)) };
};

const doneAlready = ({ tasks }: Authority, wish: TaskWish, refusal: Refusal): WishReply => {
  const task = refusal.code === "refused" ? tasks.get(wish.taskId) : undefined;
  if (!task || !isDone(snapshotOf(task), wish.command)) return refusal;
  return { ok: true, taskId: task.id, seq: task.seq, state: statePath(snapshotOf(task)) };
};

/** Turns a wish about a task into the fact the statechart allows, or refuses it with the state and the reason. */
export const command = async (authority: Authority, wish: TaskWish): Promise<WishReply> => {
  const { taskId, by } = wish;
  const fault = faultOf(authority.clock, wish.command);
  if (fault) return fault;
  const question = { taskId, capabilities: by.capabilities, command: wish.command };
  const looked = await look(authority, question);
  const verdict = judge(authority, looked, decideNow(authority.clock, wish.command));
  if (!verdict) return command(authority, wish);
  if (!verdict.ok) return doneAlready(authority, wish, verdict);
  return carryOut(authority, verdict, { by: by.actor, reason: wish.command.reason ?? null, id: wish.id });
};
