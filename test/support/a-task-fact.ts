import { SCHEDULER } from "#schema/actor.ts";
import { type Hash, patchOf, type TaskFact } from "#schema/envelope.ts";
import { MACHINE_VERSION } from "#schema/task.context.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { statePath, type Task } from "#schema/task.evolve.ts";

interface Happened {
  readonly id: string;
  readonly at: string;
  readonly chain: { readonly stream: Hash; readonly task: Hash | null };
  readonly taskId: string;
  readonly n: number;
  readonly event: TaskEvent;
  readonly before: Task;
  readonly after: Task;
}

/** The fact of an event as the scheduler writes it, in the scheduler's own name. */
export const aTaskFact = ({ id, at, chain, taskId, n, event, before, after }: Happened): TaskFact => {
  const { type, ...data } = event;
  return {
    v: 1,
    id,
    at,
    actor: SCHEDULER,
    reason: null,
    cause: null,
    epoch: 1,
    chain,
    type,
    taskId,
    n,
    from: statePath(before),
    to: statePath(after),
    attempt: after.context.attempt,
    runner: before.context.runner ?? after.context.runner,
    token: after.context.token ?? before.context.token,
    machine: MACHINE_VERSION,
    data,
    patch: patchOf(before.context, after.context),
    ...(after.hasTag("settled") || before.hasTag("settled") ? { whole: after.context } : {}),
  };
};
