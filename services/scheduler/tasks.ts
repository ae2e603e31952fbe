import { type Actor as XStateActor, createActor } from "xstate";
import type { Clock } from "#infra/clock.ts";
import { timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import type { Actor } from "#schema/actor.ts";
import { type Hash, patchOf, type TaskFact } from "#schema/envelope.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import {
  definitionOf,
  evolve,
  IllegalFact,
  mustBeLegal,
  restore,
  statePath,
  type Task,
  unborn,
} from "#schema/task.evolve.ts";
import type { FoldedTask } from "#schema/task.fold.ts";
import { submissionDigest } from "#schema/submission-digest.ts";
import { type Standing, standingOf } from "#schema/task.after.ts";
import { MACHINE_VERSION } from "#schema/task.context.ts";
import { taskMachine } from "#schema/task.machine.ts";
import { withClocks } from "./clocks.ts";
import type { Journal, Position } from "./journal/journal.ts";

/** A task in memory: how it stands by the statechart, and where its history stands. */
export interface LiveTask {
  readonly id: string;
  /** Journal sequence of its first fact. */
  born: number;
  n: number;
  /** Sequence and hash of its latest fact. */
  seq: number;
  hash: Hash | null;
  snapshot: Task;
  /** Moves it while it is at work. One that waits is a snapshot alone: 0.6 KB instead of 4. */
  actor: XStateActor<typeof taskMachine> | null;
}

/** What remains in memory of a settled task: enough to find it again. */
export interface SettledTask {
  readonly id: string;
  readonly born: number;
  readonly seq: number;
  readonly idempotencyKey: string | null;
  /** What its idempotency key stands for, where it has one. */
  readonly digest?: string;
  /** Wall time, ms. */
  readonly settledAt: number;
  /** How it looks to tasks that come after it. */
  readonly standing: Standing;
  /** The task that submitted it. */
  readonly parent?: string;
}

/** Who caused a fact, why, and the wish or report behind it. */
export interface Cause {
  readonly by: Actor;
  readonly reason?: string | null;
  readonly id?: string | null;
  /** A name for facts, written one after the other, of which all are stored or none. */
  readonly together?: string;
}

/** Asked after every change of a task, done or undone, so that queues, counts and timers stay right. */
export type Tracker = (task: LiveTask) => void;

export interface Tasks {
  get(id: string): LiveTask | undefined;
  all(): Iterable<LiveTask>;
  readonly live: number;
  settled(id: string): SettledTask | undefined;
  allSettled(): Iterable<SettledTask>;
  /** How it looks to tasks that come after it. */
  standing(id: string): Standing;
  byIdempotencyKey(key: string): string | undefined;
  /** The task as memory has it, live or as its last fact left it: false when it has moved on since it was read. */
  isCurrent(task: LiveTask): boolean;
  /** Lays a fact on a current task and writes it to the journal. Throws IllegalFact when the chart forbids it, NotRecorded. */
  record(task: LiveTask, event: TaskEvent, cause: Cause): Position;
  /** A task about to be submitted: not in memory until its first fact is recorded. */
  conceive(id: string): LiveTask;
  /** A task as the log left it. */
  adopt(folded: FoldedTask, hash: Hash): LiveTask;
  /** A settled task as the log left it. */
  bury(task: SettledTask): void;
  /** Takes a settled task back into memory, from its last fact. */
  exhume(settled: SettledTask, fact: TaskFact, hash: Hash): LiveTask;
  /** Forgets settled tasks beyond the window, but for those that live tasks name as coming first, and children of live tasks. */
  prune(isNamed: (id: string) => boolean): void;
}

const SETTLED_FOR_MS = 24 * 3_600_000;
const SETTLED_MOST = 1_000_000;

export const snapshotOf = (task: LiveTask): Task => task.snapshot;

/** The task after one more fact, which is not laid on it yet. Throws IllegalFact. */
const moved = ({ actor, snapshot }: LiveTask, event: TaskEvent): Task => {
  if (actor === null) return evolve(snapshot, event);
  mustBeLegal(snapshot, event);
  actor.send(event);
  return actor.getSnapshot();
};

/** Puts a task where a snapshot says. Its actor lives from its first fact at work on: most short work has ended by then. */
const stand = (task: LiveTask, snapshot: Task): void => {
  const before = task.snapshot;
  task.snapshot = snapshot;
  if (task.actor?.getSnapshot() !== snapshot) {
    task.actor?.stop();
    task.actor = null;
  }
  const atWork = snapshot.hasTag("active");
  if (atWork && before.hasTag("active")) task.actor ??= createActor(taskMachine, { snapshot }).start();
  else if (!atWork && task.actor !== null) {
    task.actor.stop();
    task.actor = null;
  }
};

interface TasksOptions {
  readonly journal: Journal;
  readonly epoch: number;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly track: Tracker;
}

export const createTasks = ({ journal, epoch, clock, ids, track }: TasksOptions): Tasks => {
  const live = new Map<string, LiveTask>();
  const settled = new Map<string, SettledTask>();
  const keys = new Map<string, string>();

  const bury = (task: SettledTask): void => {
    settled.set(task.id, task);
    if (task.idempotencyKey !== null) keys.set(task.idempotencyKey, task.id);
  };

  const place = (task: LiveTask): void => {
    const snapshot = snapshotOf(task);
    if (snapshot.matches("unborn")) {
      live.delete(task.id);
      return;
    }
    const definition = definitionOf(snapshot.context);
    const { idempotencyKey, parent } = definition;
    if (idempotencyKey !== null) keys.set(idempotencyKey, task.id);
    if (!snapshot.hasTag("settled")) {
      settled.delete(task.id);
      live.set(task.id, task);
      return;
    }
    const { id, born, seq } = task;
    const standing = standingOf(statePath(snapshot), snapshot.context.outcome);
    bury({
      id,
      born,
      seq,
      idempotencyKey,
      settledAt: clock.now(),
      standing,
      ...(idempotencyKey === null ? {} : { digest: submissionDigest(definition) }),
      ...(parent === undefined ? {} : { parent }),
    });
    live.delete(id);
  };

  const draftOf = (task: LiveTask, event: TaskEvent, after: Task, cause: Cause): Omit<TaskFact, "chain"> => {
    const before = snapshotOf(task);
    const { type, ...data } = event;
    return {
      v: 1,
      id: ids.next(),
      type,
      taskId: task.id,
      n: task.n + 1,
      from: statePath(before),
      to: statePath(after),
      at: timestamp(clock.now()),
      actor: cause.by,
      reason: cause.reason ?? null,
      cause: cause.id ?? null,
      attempt: after.context.attempt,
      runner: before.context.runner ?? after.context.runner,
      token: after.context.token ?? before.context.token,
      machine: MACHINE_VERSION,
      epoch,
      data,
      patch: patchOf(before.context, after.context),
      ...(after.hasTag("settled") || before.hasTag("settled") ? { whole: after.context } : {}),
    };
  };

  const rewind = (
    task: LiveTask,
    to: Pick<LiveTask, "born" | "n" | "seq" | "hash">,
    snapshot: Task,
  ): void => {
    const { idempotencyKey } = snapshotOf(task).context.definition ?? { idempotencyKey: null };
    if (snapshot.matches("unborn") && idempotencyKey !== null) keys.delete(idempotencyKey);
    Object.assign(task, to);
    stand(task, snapshot);
    place(task);
    track(task);
  };

  /** Writes the fact; when that cannot be, the task stands where it stood. */
  const written = (
    task: LiveTask,
    { event, after, cause }: { event: TaskEvent; after: Task; cause: Cause },
    undo: () => void,
  ): Position => {
    const { queue } = definitionOf(after.context);
    try {
      const { together } = cause;
      const place = { queue, previous: task.hash };
      const draft = draftOf(task, event, after, cause);
      return journal.write(draft, together === undefined ? place : { ...place, together }, undo);
    } catch (error) {
      stand(task, task.snapshot);
      throw error;
    }
  };

  return {
    get: (id) => live.get(id),
    all: () => live.values(),
    get live() {
      return live.size;
    },
    settled: (id) => settled.get(id),
    allSettled: () => settled.values(),
    standing: (id) => (live.has(id) ? "open" : (settled.get(id)?.standing ?? "unknown")),
    byIdempotencyKey: (key) => keys.get(key),
    isCurrent: (task) => {
      const known = live.get(task.id);
      return known ? known === task : settled.get(task.id)?.seq === task.seq;
    },
    record: (task, told, cause) => {
      const before = snapshotOf(task);
      const event = withClocks(told, task, clock);
      // Judged and written first: whatever is thrown on the way, the task has not moved.
      const after = moved(task, event);
      const { born, n, seq, hash } = task;
      const position = written(task, { event, after, cause }, () =>
        rewind(task, { born, n, seq, hash }, before),
      );
      stand(task, after);
      if (n === 0) task.born = position.seq;
      task.n = n + 1;
      task.seq = position.seq;
      task.hash = position.hash;
      place(task);
      track(task);
      return position;
    },
    conceive: (id) => ({ id, born: 0, n: 0, seq: 0, hash: null, snapshot: unborn(), actor: null }),
    adopt: ({ id, born, n, seq, state, context }, hash) => {
      const task: LiveTask = { id, born, n, seq, hash, snapshot: restore(state, context), actor: null };
      place(task);
      track(task);
      return task;
    },
    bury,
    exhume: ({ id, born, seq }, fact, hash) => {
      if (!fact.whole) throw new IllegalFact(`the last fact of settled task ${id} does not carry it whole`);
      return { id, born, n: fact.n, seq, hash, snapshot: restore(fact.to, fact.whole), actor: null };
    },
    prune: (isNamed) => {
      const oldest = clock.now() - SETTLED_FOR_MS;
      let unseen = settled.size;
      for (const task of settled.values()) {
        if (unseen === 0 || (task.settledAt > oldest && settled.size <= SETTLED_MOST)) return;
        unseen -= 1;
        settled.delete(task.id);
        if (isNamed(task.id) || (task.parent !== undefined && live.has(task.parent))) {
          // Behind all others, so that it is not looked at again with every beat.
          settled.set(task.id, task);
          continue;
        }
        // After a restart an older task may be forgotten when its key has long been another's.
        if (task.idempotencyKey !== null && keys.get(task.idempotencyKey) === task.id)
          keys.delete(task.idempotencyKey);
      }
    },
  };
};
