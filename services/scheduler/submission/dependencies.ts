import { SCHEDULER } from "#schema/actor.ts";
import {
  namedFirst,
  type Standing,
  STANDING_WORDS,
  standingOf,
  verdictOf,
  waitsForOthers,
} from "#schema/task.after.ts";
import { definitionOf, statePath } from "#schema/task.evolve.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { type LiveTask, snapshotOf, type Tasks, type Tracker } from "../tasks.ts";

/** The most facts of one turn: one commit. */
const MOST_PER_TURN = 1_000;

/** A live task that names others as coming first, with these counted. */
interface Dependent {
  task: LiveTask;
  readonly after: readonly string[];
  open: number;
  succeeded: number;
  /** Its own time has come, or it has none. */
  due: boolean;
}

/** A task that live tasks name as coming first, whether it is itself live, settled or unknown. */
interface First {
  standing: Standing;
  readonly dependents: Set<Dependent>;
}

/** Who comes after whom. One change of a task costs one step for each task that names it, however many others that one names. */
export interface Dependencies {
  readonly track: Tracker;
  /** The time of a pending task has come: true when it waits for no other task. One that does is released with the last of these. */
  comesDue(task: LiveTask): boolean;
  /** Some live task names it as coming first, so it must not be forgotten. */
  isNamed(id: string): boolean;
  /** Records what follows from the changes since the last turn: released, failed or skipped. Answers 0 when there is more to do, else null. */
  judge(tasks: Tasks): number | null;
}

/** `standing`: how any task stands, asked once for each that is newly named. */
export const createDependencies = (standing: (id: string) => Standing): Dependencies => {
  const firsts = new Map<string, First>();
  const dependents = new Map<string, Dependent>();
  /** Those for which something has changed. */
  const suspects = new Set<Dependent>();

  const isWaiting = ({ task }: Dependent): boolean => {
    const snapshot = snapshotOf(task);
    return snapshot.matches("pending") && waitsForOthers(snapshot.context);
  };

  const firstOf = (id: string): First => {
    const first = firsts.get(id) ?? { standing: standing(id), dependents: new Set() };
    firsts.set(id, first);
    return first;
  };

  const count = (dependent: Dependent, standing: Standing, by: 1 | -1): void => {
    if (standing === "open") dependent.open += by;
    if (standing === "succeeded") dependent.succeeded += by;
  };

  const take = (task: LiveTask, after: readonly string[]): Dependent => {
    const dependent: Dependent = { task, after, open: 0, succeeded: 0, due: false };
    dependents.set(task.id, dependent);
    for (const id of dependent.after) {
      const first = firstOf(id);
      first.dependents.add(dependent);
      count(dependent, first.standing, 1);
    }
    return dependent;
  };

  const drop = (dependent: Dependent): void => {
    dependents.delete(dependent.task.id);
    suspects.delete(dependent);
    for (const id of dependent.after) {
      const first = firsts.get(id);
      first?.dependents.delete(dependent);
      if (first?.dependents.size === 0) firsts.delete(id);
    }
  };

  /** Tells those that come after a task how it stands now. */
  const tell = (task: LiveTask): void => {
    const first = firsts.get(task.id);
    if (!first) return;
    const snapshot = snapshotOf(task);
    const now = snapshot.matches("unborn")
      ? "unknown"
      : standingOf(statePath(snapshot), snapshot.context.outcome);
    if (now === first.standing) return;
    for (const dependent of first.dependents) {
      count(dependent, first.standing, -1);
      count(dependent, now, 1);
      if (isWaiting(dependent)) suspects.add(dependent);
    }
    first.standing = now;
  };

  const missed = ({ after }: Dependent): TaskEvent => {
    for (const id of after) {
      const { standing } = firstOf(id);
      if (standing !== "open" && standing !== "succeeded")
        return { type: "dependency-failed", task: id, state: STANDING_WORDS[standing] };
    }
    throw new Error("nothing before it has failed");
  };

  const whatFollows = (dependent: Dependent): TaskEvent | undefined => {
    if (!isWaiting(dependent)) return undefined;
    const { task, after, open, succeeded, due } = dependent;
    const { afterPolicy } = definitionOf(snapshotOf(task).context);
    const verdict = verdictOf(afterPolicy, { total: after.length, open, succeeded });
    if (verdict === "wait") return undefined;
    if (verdict === "missed" && afterPolicy?.otherwise !== "continue") return missed(dependent);
    return due ? { type: "released" } : undefined;
  };

  return {
    track: (task) => {
      tell(task);
      const { context } = snapshotOf(task);
      const known = dependents.get(task.id);
      if (!known && context.definition?.after === undefined) return;
      const after = namedFirst(statePath(snapshotOf(task)), context);
      if (after.length === 0) {
        if (known) drop(known);
        return;
      }
      const dependent = known ?? take(task, after);
      dependent.task = task;
      dependent.due = context.dueAt === null;
      if (isWaiting(dependent)) suspects.add(dependent);
    },
    comesDue: (task) => {
      const dependent = dependents.get(task.id);
      if (!dependent || !isWaiting(dependent)) return true;
      dependent.due = true;
      suspects.add(dependent);
      return false;
    },
    isNamed: (id) => firsts.has(id),
    judge: (tasks) => {
      let left = MOST_PER_TURN;
      for (const dependent of suspects) {
        if (left === 0) return 0;
        const event = whatFollows(dependent);
        if (event) {
          // Throws when it cannot be written: then it stays a suspect.
          tasks.record(dependent.task, event, { by: SCHEDULER });
          left -= 1;
        }
        suspects.delete(dependent);
      }
      return null;
    },
  };
};
