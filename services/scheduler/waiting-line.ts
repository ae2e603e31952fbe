import type { Priority } from "#schema/task.definition.ts";
import { byOrder } from "#schema/task.order.ts";
import { createHeap, type Heap } from "./heap.ts";
import { type LiveTask, snapshotOf } from "./tasks.ts";

interface Ticket {
  readonly task: LiveTask;
  readonly priority: Priority;
  readonly born: number;
  /** The task's fact count when the ticket was drawn: a later fact makes the ticket void. */
  readonly n: number;
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

  const isValid = (ticket: Ticket): boolean =>
    ticket.task.n === ticket.n && snapshotOf(ticket.task).matches("queued");

  return {
    join: (task) => {
      const lane = laneOf(task);
      const heap = lanes.get(lane) ?? createHeap<Ticket>(byOrder);
      lanes.set(lane, heap);
      heap.push({ task, priority: snapshotOf(task).context.priority, born: task.born, n: task.n });
    },
    lanes: () => lanes.keys(),
    first: (lane) => {
      const heap = lanes.get(lane);
      if (!heap) return undefined;
      for (let ticket = heap.peek(); ticket; ticket = heap.peek()) {
        if (isValid(ticket)) return ticket.task;
        heap.pop();
      }
      lanes.delete(lane);
      return undefined;
    },
  };
};
