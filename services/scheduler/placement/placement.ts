import { type Clock, timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { Place, WaitsFor } from "#schema/task.events.ts";
import { definitionOf, evolve } from "#schema/task.evolve.ts";
import { workOf } from "#schema/task.work.ts";
import type { Position } from "../journal/journal.ts";
import { timeLeft } from "../limits.ts";
import type { Records } from "../records.ts";
import type { Runners } from "../runners/runners.ts";
import { type Cause, type LiveTask, snapshotOf, type Tasks, type Tracker } from "../tasks.ts";
import { createLocks, type Locks } from "./locks.ts";
import { createPace } from "./pace.ts";
import { createPreemption } from "./preemption.ts";
import { createRates } from "./rates.ts";
import { type Closed, createRooms, inSeconds, inWords, queueRateGate, type Room } from "./room.ts";
import { createSharedReasons } from "./shared-reasons.ts";
import { createUsage, lockGate } from "./usage.ts";
import { createWaitingLine, type Group, groupOf, type Turn } from "./waiting-line.ts";

/** Why a task is still queued: a code for programs, a sentence for people. */
export interface Hindrance {
  readonly code: string;
  readonly sentence: string;
}

/** Who is busy, and who goes next. */
export interface Placement {
  readonly track: Tracker;
  readonly locks: Locks;
  /** Assigns waiting tasks while limits and runners allow. Call after anything that may have changed that; answers ms until it is worth another call, or null. */
  place(tasks: Tasks): number | null;
  /** Records a task's first fact: with its place, where nobody is before it and nothing holds it back. Throws NotRecorded. */
  submit(tasks: Tasks, task: LiveTask, definition: TaskDefinition, cause: Cause): Position;
  /** Milliseconds until the task at this place in its queue's line, or (null) in everybody's, starts: a guess; null when there is nothing to go by. */
  etaMs(queue: string | null, position: number): number | null;
  /** What a queued task waits for as things stand; null when only others are before it. */
  hindrance(task: LiveTask): Hindrance | null;
}

interface PlacementOptions {
  readonly runners: Runners;
  readonly records: Records;
  /** Tasks that may be active at once. */
  readonly concurrency: number;
  /** Milliseconds of waiting that a level of importance is worth. */
  readonly agingMs: number;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Nothing was started before this scheduler: rates are unused. */
  readonly fresh: boolean;
}

/** What keeps one task from going though its group could: `limit` tells a reason it shares, `own` one to record with it. */
interface Gate {
  readonly id: string;
  readonly sentence: string;
  readonly limit?: boolean;
  readonly own?: WaitsFor;
}

/** Gates whose reasons are looked at anew for all groups, and locks, which are nobody's shared reason. */
const LOOKED_AT = ["queue:", "type:", "lane:", "lock:"] as const;
/** Reasons are looked for this often at most: it takes a look at every group. */
const EXPLAIN_EVERY_MS = 100;

const taskName = (task: LiveTask): string => `"${definitionOf(snapshotOf(task).context).name}" (${task.id})`;

export const createPlacement = (options: PlacementOptions): Placement => {
  const { runners, records, concurrency, agingMs, clock, ids } = options;
  const locks = createLocks();
  const usage = createUsage(locks);
  const line = createWaitingLine(agingMs);
  const rates = createRates(clock, options.fresh);
  const reasons = createSharedReasons(records.limit, clock);
  const rooms = createRooms({
    runners,
    usage,
    rates,
    queues: records.queue,
    limits: records.limit,
    pools: records.pool,
    concurrency,
  });
  const pace = createPace(clock);
  const preemption = createPreemption({ usage, rooms, queues: records.queue });
  const queued = new Set<LiveTask>();

  const byKey = (task: LiveTask): Gate | null => {
    const { concurrency: keyed, rate } = definitionOf(snapshotOf(task).context);
    if (keyed && usage.count(`key:${keyed.key}`) >= keyed.limit) {
      const holder = usage.example(`key:${keyed.key}`);
      const held = holder ? `, held by task ${taskName(holder)}` : "";
      return { id: `key:${keyed.key}`, limit: true, sentence: `It waits for the key ${keyed.key}${held}.` };
    }
    if (!rate || snapshotOf(task).context.runner !== null) return null;
    const id = `rate:key:${rate.key}`;
    const ms = rates.waitFor(id, rate);
    if (ms === 0) return null;
    rates.expect(id, ms);
    const sentence = `Tasks with the key ${rate.key} start at most ${inWords(rate)}; the next in ${inSeconds(ms)}.`;
    return { id, limit: true, sentence };
  };

  const byLock = (task: LiveTask): Gate | null => {
    for (const lock of locks.of(task)) {
      const holder = usage.holder(lock);
      if (!holder || holder === task) continue;
      const sentence = `It waits for the lock ${lock}, held by task ${taskName(holder)}.`;
      return { id: lockGate(lock), sentence, own: { kind: "lock", lock, holder: holder.id } };
    }
    return null;
  };

  const gateOf = (task: LiveTask): Gate | null => byKey(task) ?? byLock(task);

  const note = (tasks: Tasks, task: LiveTask, on: WaitsFor): void => {
    const { waitsFor } = snapshotOf(task).context;
    // Once per lock: who holds it may change while it waits, and the answer to "why" is looked up then.
    if (
      waitsFor?.kind === on.kind &&
      (on.kind !== "lock" || (waitsFor.kind === "lock" && waitsFor.lock === on.lock))
    )
      return;
    tasks.record(task, { type: "blocked", on }, { by: SCHEDULER });
  };

  const placeAt = (task: LiveTask, runner: string): Place => {
    const { context } = snapshotOf(task);
    const { life } = timeLeft(task, clock);
    const left = context.runner === null ? undefined : context.left?.attemptMs;
    const attemptMs = left ?? definitionOf(context).timeout.attemptMs;
    const limitMs = Math.min(attemptMs ?? Infinity, life ?? Infinity);
    const deadlineAt = limitMs === Infinity ? null : timestamp(clock.now() + Math.round(limitMs));
    return { runner, attempt: context.attempt + 1, token: ids.next(), deadlineAt };
  };

  /** One more is at work; `isStart`: it was not held in place. */
  const begun = ({ queue, rate }: TaskDefinition, isStart: boolean): void => {
    const ofQueue = rooms.queue(queue).rate;
    pace.started(queue);
    rooms.lookAgain();
    if (!isStart) return;
    if (ofQueue) rates.take(queueRateGate(queue), ofQueue);
    if (rate) rates.take(`rate:key:${rate.key}`, rate);
  };

  const assign = (tasks: Tasks, task: LiveTask, runner: string): void => {
    const { context } = snapshotOf(task);
    const work = workOf(context);
    tasks.record(task, { type: "assigned", ...placeAt(task, runner), work }, { by: SCHEDULER });
    begun(definitionOf(context), context.runner === null);
  };

  const roomFor = (group: Group): { runner: string } | undefined => {
    const room: Room = rooms.of(group);
    return "runner" in room ? room : undefined;
  };

  /** Where a task that has just been submitted can begin at once; null when it must wait. */
  const firstPlaceOf = (task: LiveTask): Place | null => {
    if (!snapshotOf(task).matches("queued")) return null;
    rooms.lookAgain();
    const room = rooms.global() || gateOf(task) ? undefined : roomFor(groupOf(task));
    return room ? placeAt(task, room.runner) : null;
  };

  /** Whose turn it is among those that nothing of their own holds; others on the way are set aside. */
  const ungated = <R>(tasks: Tasks, room: (group: Group) => R | undefined): Turn<R> | undefined => {
    for (;;) {
      const turn = line.first(room);
      const gate = turn && gateOf(turn.task);
      if (!gate) return turn;
      line.park(turn.task, gate.id);
      if (gate.limit) reasons.begin(gate.id, gate.sentence);
      if (gate.own) note(tasks, turn.task, gate.own);
    }
  };

  /** Places until nothing more can be. */
  const fill = (tasks: Tasks): void => {
    while (!rooms.global()) {
      const turn = ungated(tasks, roomFor);
      if (!turn) return;
      assign(tasks, turn.task, turn.room.runner);
    }
  };

  let explainedAt = -Infinity;

  /** Why those go no further who could otherwise: shared reasons, and what none of the runners has. */
  const explain = (tasks: Tasks): void => {
    const now = new Map<string, string>();
    const everybody = rooms.global();
    for (const group of line.groups()) {
      const room = rooms.of(group);
      if (everybody?.limit) now.set(everybody.limit, everybody.sentence);
      if ("runner" in room) continue;
      // Slots are taken because as many tasks run as may: one reason, told once.
      if (room.limit !== null && !(everybody && room.code === "slots")) now.set(room.limit, room.sentence);
      if (room.ms !== undefined) rates.expect(room.limit ?? "", room.ms);
      const first =
        room.code === "requirements"
          ? line.first((other) => (other.id === group.id ? true : undefined))
          : undefined;
      if (first) note(tasks, first.task, { kind: "requirements", message: room.sentence });
    }
    reasons.look(now);
  };

  const open = (gate: string): void => {
    line.wake(gate);
    if (!LOOKED_AT.some((sort) => gate.startsWith(sort))) reasons.end(gate);
  };

  const soonest = (...waits: (number | null)[]): number | null => {
    const known = waits.filter((wait) => wait !== null);
    return known.length > 0 ? Math.min(...known) : null;
  };

  return {
    locks,
    track: (task) => {
      usage.track(task);
      preemption.track(task);
      if (snapshotOf(task).matches("queued")) {
        queued.add(task);
        line.join(task);
      } else queued.delete(task);
    },
    submit: (tasks, task, definition, cause) => {
      const event = { type: "submitted", definition } as const;
      const place =
        queued.size === 0 ? firstPlaceOf({ ...task, snapshot: evolve(task.snapshot, event) }) : null;
      if (place === null) return tasks.record(task, event, cause);
      const position = tasks.record(task, { ...event, placed: place }, cause);
      begun(definition, true);
      return position;
    },
    place: (tasks) => {
      rooms.lookAgain();
      for (const gate of usage.freed()) open(gate);
      for (const gate of rates.due()) open(gate);
      fill(tasks);
      if (preemption.mayBeNeeded()) {
        preemption.makeRoom(tasks, (room) => ungated(tasks, room));
        if (preemption.giveBack(tasks, () => line.first(roomFor) !== undefined)) fill(tasks);
      }
      const unexplained = explainedAt + EXPLAIN_EVERY_MS - clock.monotonic();
      if (unexplained > 0) return soonest(unexplained, rates.next());
      explainedAt = clock.monotonic();
      explain(tasks);
      return soonest(reasons.record(), rates.next());
    },
    etaMs: pace.etaMs,
    hindrance: (task) => {
      rooms.lookAgain();
      const room = rooms.of(groupOf(task));
      const shut: Closed | null = "runner" in room ? null : room;
      if (shut && (shut.code === "queue-paused" || shut.limit === null)) return shut;
      const gate = gateOf(task);
      if (gate) return { code: gate.id.split(":")[0] ?? "", sentence: gate.sentence };
      return shut ?? rooms.global();
    },
  };
};
