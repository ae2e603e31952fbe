import type { Objects } from "#infra/nats/objects.ts";
import type { Plan } from "#schema/items.ts";
import { isReference } from "#schema/stored.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { type LiveTask, snapshotOf, type Tracker } from "../tasks.ts";

interface Planned {
  readonly id: string;
  readonly context: TaskContext;
}

/** What no two tasks may hold at once: the locks a task was submitted with, and one for each item its plan means to act on. */
export interface Locks {
  readonly track: Tracker;
  of(task: LiveTask): readonly string[];
  /** A plan that is too large for its fact, while it is at hand. */
  remember(task: Planned, plan: Plan): void;
  /** Reads the plans of tasks that come out of the log. Call before they are tracked. Throws LostObject. */
  load(tasks: Iterable<Planned>, objects: Objects): Promise<void>;
}

const itemLocks = (kind: string, { items }: Plan): string[] =>
  items.filter(({ skip }) => skip === undefined).map(({ id }) => `${kind}:${id}`);

export const createLocks = (): Locks => {
  /** By task: a large plan is in the context by reference only. */
  const large = new Map<string, readonly string[]>();

  const remember = ({ id, context }: Planned, plan: Plan): void => {
    const kind = context.definition?.itemLock;
    if (kind !== undefined) large.set(id, itemLocks(kind, plan));
  };

  return {
    track: (task) => {
      if (large.size > 0 && snapshotOf(task).hasTag("settled")) large.delete(task.id);
    },
    of: (task) => {
      const { definition, plan } = snapshotOf(task).context;
      const named = definition?.locks ?? [];
      const kind = definition?.itemLock;
      if (kind === undefined || plan === null) return named;
      const items = isReference(plan.plan) ? (large.get(task.id) ?? []) : itemLocks(kind, plan.plan.value);
      return [...named, ...items];
    },
    remember,
    load: async (tasks, objects) => {
      for (const task of tasks) {
        const { definition, plan } = task.context;
        if (plan && definition?.itemLock !== undefined && isReference(plan.plan))
          remember(task, await objects.load(plan.plan));
      }
    },
  };
};
