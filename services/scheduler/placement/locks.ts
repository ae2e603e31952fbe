import { LostObject, type Objects } from "#infra/nats/objects.ts";
import { type Approval, isInSet, type Plan, type PlanHead } from "#schema/items.ts";
import { isReference } from "#schema/stored.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { type LiveTask, snapshotOf } from "../tasks.ts";

/** What no two tasks may hold at once: the locks a task was submitted with, and one for each item its plan means to act on. */
export interface Locks {
  of(task: LiveTask): readonly string[];
  /** A plan that is too large for its fact, while it is at hand. Call before the fact is recorded. */
  remember(head: PlanHead, plan: Plan, kind: string | undefined): void;
  /**
   * Reads the plans of tasks that come out of the log. Call before they are tracked. Answers for which the plan is gone: their
   * items have no locks, and no runner can act on them either. Throws ObjectsAway.
   */
  load(contexts: Iterable<TaskContext>, objects: Objects): Promise<readonly LostObject[]>;
}

/** The lock of an item that the plan means to act on. */
interface ItemLock {
  readonly name: string;
  /** Its place in the plan. */
  readonly index: number;
  /** It is acted on only after a yes that names it. */
  readonly asks: boolean;
}

/** Names are an engine's own: the same volume name on two hosts is two volumes. */
const itemLocks = (kind: string, { items, engine, dryRun }: Plan): ItemLock[] => {
  if (dryRun === true) return [];
  const where = engine ? `@${engine.id}` : "";
  return items.flatMap((item, index) =>
    item.skip === undefined
      ? [{ name: `${item.kind ?? kind}:${item.id}${where}`, index, asks: item.ask !== undefined }]
      : [],
  );
};

/** Those of the items that the yes has left: what it leaves out, and what it does not name though it must, is not touched. */
const meant = (locks: readonly ItemLock[], approval: Approval | null): string[] =>
  locks
    .filter(({ index, asks }) =>
      approval === null
        ? !asks
        : !isInSet(approval.except, index) && (!asks || isInSet(approval.named, index)),
    )
    .map(({ name }) => name);

export const createLocks = (): Locks => {
  /** A large plan is in a task's context by reference only. As long as any context has its head: undoing a fact brings one back. */
  const large = new WeakMap<PlanHead, readonly ItemLock[]>();

  const remember: Locks["remember"] = (head, plan, kind) => {
    if (kind !== undefined && isReference(head.plan)) large.set(head, itemLocks(kind, plan));
  };

  return {
    of: (task) => {
      const { definition, plan, approval } = snapshotOf(task).context;
      const named = definition?.locks ?? [];
      const kind = definition?.itemLock;
      if (kind === undefined || plan === null) return named;
      const items = isReference(plan.plan) ? (large.get(plan) ?? []) : itemLocks(kind, plan.plan.value);
      return [...named, ...meant(items, approval)];
    },
    remember,
    load: async (contexts, objects) => {
      const lost: LostObject[] = [];
      for (const { definition, plan } of contexts) {
        const kind = definition?.itemLock;
        if (!plan || kind === undefined || !isReference(plan.plan) || large.has(plan)) continue;
        try {
          remember(plan, await objects.load(plan.plan), kind);
        } catch (error) {
          if (!(error instanceof LostObject)) throw error;
          lost.push(error);
        }
      }
      return lost;
    },
  };
};
