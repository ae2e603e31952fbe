import { type Clock, timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import type { TaskEventOf } from "#schema/task.events.ts";
import { byOrder } from "#schema/task.order.ts";
import type { Runners } from "./runners.ts";
import { type LiveTask, snapshotOf, type Tasks, type Tracker } from "./tasks.ts";
import { createWaitingLine } from "./waiting-line.ts";

/** Who is busy, and who goes next. */
export interface Placement {
  readonly track: Tracker;
  /** Assigns waiting tasks while there is a free slot and the limit allows. Call after anything that may have changed that. */
  place(tasks: Tasks): void;
}

interface PlacementOptions {
  readonly runners: Runners;
  /** Tasks that may be active at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createPlacement = ({ runners, concurrency, clock, ids }: PlacementOptions): Placement => {
  const line = createWaitingLine();
  /** Runner by active task; a task counts from its assignment until its runner has let go. */
  const holder = new Map<LiveTask, string>();
  const busy = new Map<string, number>();

  const count = (runner: string, by: number): void => {
    busy.set(runner, (busy.get(runner) ?? 0) + by);
  };

  const recount = (task: LiveTask): void => {
    const snapshot = snapshotOf(task);
    const before = holder.get(task);
    const after = snapshot.hasTag("active") ? snapshot.context.runner : null;
    if (before === (after ?? undefined)) return;
    if (before !== undefined) count(before, -1);
    holder.delete(task);
    if (after === null) return;
    count(after, 1);
    holder.set(task, after);
  };

  /** The runner with the most free slots that can take this lane, if any. */
  const runnerFor = (lane: string): string | undefined => {
    let best: string | undefined;
    let mostFree = 0;
    for (const { id, slots, types } of runners.available()) {
      const takes = lane.startsWith("runner:")
        ? lane === `runner:${id}`
        : types.some(({ type }) => lane === `type:${type}`);
      const free = slots - (busy.get(id) ?? 0);
      if (takes && free > mostFree) [best, mostFree] = [id, free];
    }
    return best;
  };

  const next = (): { task: LiveTask; runner: string } | undefined => {
    let best: { task: LiveTask; runner: string } | undefined;
    for (const lane of line.lanes()) {
      const task = line.first(lane);
      const runner = task && runnerFor(lane);
      if (task && runner !== undefined && (!best || goesBefore(task, best.task))) best = { task, runner };
    }
    return best;
  };

  const assignment = (task: LiveTask, runner: string): TaskEventOf<"assigned"> => {
    const { context } = snapshotOf(task);
    const { type, name, payload, timeout, expiresAt } = definitionOf(context);
    const { plan, marks, counts, checkpoint } = context;
    const limit = timeout.attemptMs === null ? null : timestamp(clock.now() + timeout.attemptMs);
    const deadlineAt =
      limit !== null && expiresAt !== null ? (limit < expiresAt ? limit : expiresAt) : (limit ?? expiresAt);
    const work = { type, name, payload, plan: plan?.plan ?? null, marks, counts, checkpoint };
    return { type: "assigned", runner, attempt: context.attempt + 1, token: ids.next(), deadlineAt, work };
  };

  return {
    track: (task) => {
      recount(task);
      if (snapshotOf(task).matches("queued")) line.join(task);
    },
    place: (tasks) => {
      while (holder.size < concurrency) {
        const found = next();
        if (!found) return;
        tasks.record(found.task, assignment(found.task, found.runner), { by: SCHEDULER });
      }
    },
  };
};

const goesBefore = (a: LiveTask, b: LiveTask): boolean =>
  byOrder(
    { priority: snapshotOf(a).context.priority, born: a.born },
    { priority: snapshotOf(b).context.priority, born: b.born },
  ) < 0;
