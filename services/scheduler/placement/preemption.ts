import { SCHEDULER } from "#schema/actor.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import { rank } from "#schema/task.order.ts";
import { type LiveTask, snapshotOf, type Tasks, type Tracker } from "../tasks.ts";
import type { Register } from "../records.ts";
import type { Room, Rooms } from "./room.ts";
import type { Usage } from "./usage.ts";
import { type Group, groupOf, type Turn } from "./waiting-line.ts";

/** Where a queue says so, a more important task may pause the least important one that runs, which goes on by itself later. */
export interface Preemption {
  readonly track: Tracker;
  /** Asks for a place for the task whose turn it is, if there is none and one may be taken. */
  makeRoom(tasks: Tasks, turn: (room: (group: Group) => Room | undefined) => Turn<Room> | undefined): void;
  /** Resumes what had to yield, one at a time, once there is room and nobody before it; true when it did. */
  giveBack(tasks: Tasks, somebodyWaits: () => boolean): boolean;
  /** Some queue lets its tasks do this, or some task has yielded. */
  mayBeNeeded(): boolean;
}

interface PreemptionOptions {
  readonly usage: Usage;
  readonly rooms: Rooms;
  readonly queues: Register<"queue">;
}

/** What a paused task would give free: the slot, the queue's place, the type's, the lane's. */
const FREEABLE = new Set(["slots", "queue-limit", "type-limit", "lane-limit", "resources"]);

export const createPreemption = ({ usage, rooms, queues }: PreemptionOptions): Preemption => {
  const yielded = new Set<LiveTask>();

  /** Groups that a pause may help. A queue that lets none yield and is full by itself takes nothing of what others free. */
  const inReach = (group: Group): Room | undefined => {
    const room = rooms.of(group);
    if ("runner" in room) return room;
    const stays = room.code === "queue-limit" && !rooms.queue(group.queue).preempts;
    return FREEABLE.has(room.code) && !stays ? room : undefined;
  };

  /** The least important that runs and can be paused; of equals the one that started last. */
  const victimOf = (wanting: LiveTask, group: Group): LiveTask | undefined => {
    let victim: LiveTask | undefined;
    const own = rank(snapshotOf(wanting).context.priority);
    for (const task of usage.active) {
      const snapshot = snapshotOf(task);
      const least = rank(snapshot.context.priority);
      if (least <= own || !snapshot.can({ type: "pause-requested", yieldsTo: wanting.id })) continue;
      // Else it would be paused in vain, resumed at once, and paused again.
      if (!snapshot.matches("running") || !("runner" in rooms.without(task, group))) continue;
      const before = victim ? rank(snapshotOf(victim).context.priority) : -1;
      if (least > before || (least === before && task.seq > (victim?.seq ?? 0))) victim = task;
    }
    return victim;
  };

  const hasRoom = (task: LiveTask): boolean => {
    const room = rooms.of(groupOf(task));
    return "runner" in room && !rooms.global();
  };

  return {
    track: (task) => {
      const snapshot = snapshotOf(task);
      if (snapshot.context.yieldsTo !== null && (snapshot.matches("pausing") || snapshot.matches("paused")))
        yielded.add(task);
      else yielded.delete(task);
    },
    mayBeNeeded: () => yielded.size > 0 || [...queues.all()].some(({ preempts }) => preempts),
    makeRoom: (tasks, turn) => {
      const next = turn(inReach);
      if (!next || !rooms.queue(next.group.queue).preempts) return;
      const { task, group } = next;
      if ([...yielded].some((other) => snapshotOf(other).matches("pausing"))) return;
      const victim = victimOf(task, group);
      if (!victim) return;
      const { name } = definitionOf(snapshotOf(task).context);
      const reason = `Makes room for "${name}" (${task.id}), which is more important.`;
      tasks.record(
        victim,
        { type: "pause-requested", yieldsTo: task.id },
        { by: SCHEDULER, reason, id: task.id },
      );
    },
    giveBack: (tasks, somebodyWaits) => {
      if (yielded.size === 0 || somebodyWaits()) return false;
      const [next] = [...yielded]
        .filter((task) => snapshotOf(task).matches("paused") && hasRoom(task))
        .toSorted(
          (a, b) =>
            rank(snapshotOf(a).context.priority) - rank(snapshotOf(b).context.priority) || a.born - b.born,
        );
      if (!next) return false;
      tasks.record(next, { type: "resumed" }, { by: SCHEDULER, reason: "There is room again." });
      return true;
    },
  };
};
