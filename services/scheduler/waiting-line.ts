import type { Hash } from "#schema/envelope.ts";
import type { Priority } from "#schema/task.definition.ts";
import { byOrder } from "#schema/task.order.ts";
import { createHeap, type Heap } from "./heap.ts";
import { type LiveTask, snapshotOf } from "./tasks.ts";

interface Ticket {
  readonly task: LiveTask;
  readonly priority: Priority;
  readonly born: number;
  /** The task's latest fact when the ticket was drawn: a later one makes it void, and so does one in its place. */
  readonly hash: Hash | null;
}

/** Where a task queues: behind its own runner when that holds it in place, else with all of its type. */
export const laneOf = (task: LiveTask): string => {
  const { runner, definition } = snapshotOf(task).context;
  return runner === null ? `type:${definition?.type ?? ""}` : `runner:${runner}`;
};

/** Queued tasks by lane, in the order they will go. */
export interface WaitingLine {
  join(task: LiveTask): void;
  lanes(): Iterable<string>;
  /** The first of a lane, or undefined. */
  first(lane: string): LiveTask | undefined;
}

export const createWaitingLine = (): WaitingLine => {
  const lanes = new Map<string, Heap<Ticket>>();

  const isVoid = ({ task, hash }: Ticket): boolean => task.hash !== hash;

  return {
    join: (task) => {
      const lane = laneOf(task);
      const heap = lanes.get(lane) ?? createHeap<Ticket>(byOrder, isVoid);
      lanes.set(lane, heap);
      heap.push({ task, priority: snapshotOf(task).context.priority, born: task.born, hash: task.hash });
    },
    lanes: () => lanes.keys(),
    first: (lane) => {
      const ticket = lanes.get(lane)?.peek();
      if (!ticket) lanes.delete(lane);
      return ticket?.task;
    },
  };
};
