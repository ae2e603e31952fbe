import type { Hash } from "#schema/envelope.ts";
import { PRIORITIES } from "#schema/priorities.ts";
import type { Priority, Requirements } from "#schema/task.definition.ts";
import type { TaskContext } from "#schema/task.context.ts";
import { definitionOf } from "#schema/task.evolve.ts";
import { agedBy } from "#schema/task.order.ts";
import { createHeap, type Heap } from "../heap.ts";
import { type LiveTask, snapshotOf } from "../tasks.ts";
import type { TypeLane } from "./type-lanes.ts";

/** Tasks that the same runners may take and that share a queue: one look tells whether any of them can go. */
export interface Group {
  readonly id: string;
  /** The same for all groups that the same runners may take. */
  readonly who: string;
  /** The runner that holds them in place, or null when any that fits will do. */
  readonly runner: string | null;
  readonly type: string;
  readonly queue: string;
  readonly requires: Requirements;
  /** The lane their types put them in; null where these have none. */
  readonly typeLane: TypeLane | null;
  /** The container host that a runner must reach to take them; null when any will do. */
  readonly site: string | null;
}

interface Ticket {
  readonly task: LiveTask;
  readonly priority: Priority;
  readonly born: number;
  /** The task's latest fact when the ticket was drawn: a later one makes it void, and so does one in its place. */
  readonly hash: Hash | null;
}

/** Tasks of a group that share all else they may have to wait for; the first waits for all. */
interface Lane {
  readonly key: string;
  readonly members: GroupLine;
  readonly tickets: Map<Priority, Heap<Ticket>>;
  parkedAt: string | null;
}

interface Head {
  readonly lane: Lane;
  readonly ticket: Ticket;
}

interface GroupLine {
  readonly group: Group;
  readonly lanes: Map<string, Lane>;
  readonly heads: Map<Priority, Heap<Head>>;
}

/** The task whose turn it is, where it waits, and what `room` said of its group. */
export interface Turn<R> {
  readonly task: LiveTask;
  readonly group: Group;
  readonly room: R;
}

/**
 * Queued tasks in the order they go: the more important first, first in first out within a priority. A level of
 * importance is worth `agingMs` of waiting, so nobody waits for ever.
 */
export interface WaitingLine {
  join(task: LiveTask): void;
  /** Whose turn it is among the groups that `room` has an answer for. */
  first<R>(room: (group: Group) => R | undefined): Turn<R> | undefined;
  /** Groups in which somebody waits unparked. */
  groups(): Group[];
  /** Sets the task and all that wait behind it for the same aside, until this gate is opened. */
  park(task: LiveTask, gate: string): void;
  wake(gate: string): void;
  /** The gate this task, or the one it waits behind, is set aside at. */
  gateOf(task: LiveTask): string | null;
}

const byBirth = (a: Ticket, b: Ticket): number => a.born - b.born;
const isVoid = ({ task, hash }: Ticket): boolean => task.hash !== hash;

/** What is about its runner's own host is bound to that by its plan. */
const siteOf = ({ definition, plan }: TaskContext): string | null =>
  definition?.site === undefined ? null : (definition.site ?? plan?.engine?.host ?? null);

export const groupOf = (task: LiveTask): Group => {
  const { context } = snapshotOf(task);
  const { type, queue, requires = {}, lane: typeLane = null } = definitionOf(context);
  const { runner } = context;
  const site = siteOf(context);
  const what = typeLane === null ? type : `${type} in ${JSON.stringify([typeLane.by, typeLane.value])}`;
  const who =
    runner === null
      ? `${what} ${JSON.stringify(requires)}${site === null ? "" : ` on ${site}`}`
      : `${what} at ${runner}`;
  return { id: `${queue} ${who}`, who, runner, type, queue, requires, typeLane, site };
};

/** Two tasks in one lane wait for the very same: a task with a plan of its own has a lane of its own. */
const laneKeyOf = (task: LiveTask): string => {
  const { plan, definition } = snapshotOf(task).context;
  const { concurrency, rate, locks, itemLock } = definition ?? {};
  if (plan !== null && itemLock !== undefined) return `task ${task.id}`;
  if (!concurrency && !rate && !locks) return "";
  return JSON.stringify([concurrency, rate, locks?.toSorted()]);
};

export const createWaitingLine = (agingMs: number): WaitingLine => {
  const groups = new Map<string, GroupLine>();
  const parked = new Map<string, Set<Lane>>();

  const firstOf = (lane: Lane, priority: Priority): Ticket | undefined => lane.tickets.get(priority)?.peek();

  const heapFor = <K, T>(heaps: Map<K, Heap<T>>, key: K, make: () => Heap<T>): Heap<T> => {
    const heap = heaps.get(key) ?? make();
    heaps.set(key, heap);
    return heap;
  };

  const show = (lane: Lane, priority: Priority, ticket: Ticket): void => {
    const make = (): Heap<Head> =>
      createHeap<Head>(
        (a, b) => byBirth(a.ticket, b.ticket),
        () => false,
      );
    heapFor(lane.members.heads, priority, make).push({ lane, ticket });
  };

  const forget = (lane: Lane): void => {
    const { members } = lane;
    // An old head may lead to a lane in whose place there is a new one by now.
    if (members.lanes.get(lane.key) !== lane) return;
    if (PRIORITIES.some((priority) => firstOf(lane, priority))) return;
    members.lanes.delete(lane.key);
    if (members.lanes.size === 0) groups.delete(members.group.id);
  };

  /** A shown head may be old: its lane is parked, or its ticket void and another's turn has come there. */
  const headOf = ({ heads }: GroupLine, priority: Priority): Ticket | undefined => {
    const heap = heads.get(priority);
    for (let head = heap?.peek(); head; head = heap?.peek()) {
      const { lane, ticket } = head;
      const first = lane.parkedAt === null ? firstOf(lane, priority) : undefined;
      if (first === ticket) return ticket;
      heap?.pop();
      if (first) show(lane, priority, first);
      else if (lane.parkedAt === null) forget(lane);
    }
    return undefined;
  };

  const laneOf = (task: LiveTask): Lane | undefined =>
    groups.get(groupOf(task).id)?.lanes.get(laneKeyOf(task));

  const makeLane = (task: LiveTask): Lane => {
    const group = groupOf(task);
    const members = groups.get(group.id) ?? { group, lanes: new Map(), heads: new Map() };
    groups.set(group.id, members);
    const key = laneKeyOf(task);
    const lane = members.lanes.get(key) ?? { key, members, tickets: new Map(), parkedAt: null };
    members.lanes.set(key, lane);
    return lane;
  };

  return {
    join: (task) => {
      const lane = makeLane(task);
      const { priority } = snapshotOf(task).context;
      const ticket = { task, priority, born: task.born, hash: task.hash };
      heapFor(lane.tickets, priority, () => createHeap<Ticket>(byBirth, isVoid)).push(ticket);
      if (lane.parkedAt === null && firstOf(lane, priority) === ticket) show(lane, priority, ticket);
    },
    first: (room) => {
      const rooms = new Map<GroupLine, ReturnType<typeof room>>();
      const roomOf = (members: GroupLine): ReturnType<typeof room> => {
        if (!rooms.has(members)) rooms.set(members, room(members.group));
        return rooms.get(members);
      };
      let best: { ticket: Ticket; members: GroupLine; at: number } | undefined;
      for (const priority of PRIORITIES) {
        let oldest: { ticket: Ticket; members: GroupLine } | undefined;
        for (const members of groups.values()) {
          const ticket = headOf(members, priority);
          if (!ticket || (oldest && ticket.born >= oldest.ticket.born)) continue;
          if (roomOf(members) !== undefined) oldest = { ticket, members };
        }
        if (!oldest) continue;
        const at = agedBy(definitionOf(snapshotOf(oldest.ticket.task).context), priority, agingMs);
        if (!best || at < best.at) best = { ...oldest, at };
      }
      if (!best) return undefined;
      const { ticket, members } = best;
      return {
        task: ticket.task,
        group: members.group,
        room: rooms.get(members) as NonNullable<ReturnType<typeof room>>,
      };
    },
    groups: () =>
      [...groups.values()]
        .filter((members) => PRIORITIES.some((priority) => headOf(members, priority)))
        .map(({ group }) => group),
    park: (task, gate) => {
      const lane = laneOf(task);
      if (!lane) return;
      lane.parkedAt = gate;
      const there = parked.get(gate) ?? new Set();
      parked.set(gate, there.add(lane));
    },
    wake: (gate) => {
      for (const lane of parked.get(gate) ?? []) {
        lane.parkedAt = null;
        for (const priority of PRIORITIES) {
          const first = firstOf(lane, priority);
          if (first) show(lane, priority, first);
        }
        forget(lane);
      }
      parked.delete(gate);
    },
    gateOf: (task) => laneOf(task)?.parkedAt ?? null,
  };
};
