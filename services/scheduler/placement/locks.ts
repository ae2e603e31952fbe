import type { Objects } from "#infra/nats/objects.ts";
import type { Plan, PlanHead } from "#schema/items.ts";
import { isReference } from "#schema/stored.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { type LiveTask, snapshotOf } from "../tasks.ts";

/** What no two tasks may hold at once: the locks a task was submitted with, and one for each item its plan means to act on. */
export interface Locks {
  of(task: LiveTask): readonly string[];
  /** A plan that is too large for its fact, while it is at hand. Call before the fact is recorded. */
  remember(head: PlanHead, plan: Plan, kind: string | undefined): void;
  /** Reads the plans of tasks that come out of the log. Call before they are tracked. Throws LostObject, ObjectsAway. */
  load(contexts: Iterable<TaskContext>, objects: Objects): Promise<void>;
}

/** Names are an engine's own: the same volume name on two hosts is two volumes. */
const itemLocks = (kind: string, { items, engine, dryRun }: Plan): string[] =>
  dryRun === true
    ? []
    : items
        .filter(({ skip }) => skip === undefined)
        .map((item) => `${item.kind ?? kind}:${item.id}${engine ? `@${engine.id}` : ""}`);

export const createLocks = (): Locks => {
  /** A large plan is in a task's context by reference only. As long as any context has its head: undoing a fact brings one back. */
  const large = new WeakMap<PlanHead, readonly string[]>();

  const remember: Locks["remember"] = (head, plan, kind) => {
    if (kind !== undefined && isReference(head.plan)) large.set(head, itemLocks(kind, plan));
  };

  return {
    of: (task) => {
      const { definition, plan } = snapshotOf(task).context;
      const named = definition?.locks ?? [];
      const kind = definition?.itemLock;
      if (kind === undefined || plan === null) return named;
      const items = isReference(plan.plan) ? (large.get(plan) ?? []) : itemLocks(kind, plan.plan.value);
      return [...named, ...items];
    },
    remember,
    load: async (contexts, objects) => {
      for (const { definition, plan } of contexts) {
        const kind = definition?.itemLock;
        if (plan && kind !== undefined && isReference(plan.plan) && !large.has(plan))
          remember(plan, await objects.load(plan.plan), kind);
      }
    },
  };
};
