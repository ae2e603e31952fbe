import { startIn, type TaskFact } from "#schema/envelope.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { tagOf } from "#schema/task.evolve.ts";

/** What the time metrics need of a task before the present fact; moments in ms since 1970. */
export interface Moments {
  readonly type: string;
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
}

/** The unsettled tasks: memory is bounded by them, however long the journal is. */
export interface LiveTasks {
  /** Follows a fact and returns the moments before it; the start also when the fact itself tells it. */
  follow(fact: TaskFact): Moments;
  clear(): void;
}

const typeIn = (fact: TaskFact): string => {
  const definition = fact.data["definition"] as TaskDefinition | undefined;
  return definition?.type ?? fact.whole?.definition?.type ?? "unknown";
};

export const createLiveTasks = (): LiveTasks => {
  const live = new Map<string, Moments>();
  return {
    follow: (fact) => {
      const before = live.get(fact.taskId) ?? { type: typeIn(fact), queuedAt: null, startedAt: null };
      const at = Date.parse(fact.at);
      const start = before.startedAt === null ? startIn(fact) : null;
      const startedAt = start === null ? before.startedAt : Date.parse(start);
      if (tagOf(fact.to) === "settled") live.delete(fact.taskId);
      else
        live.set(fact.taskId, {
          type: before.type,
          queuedAt: fact.to !== "queued" ? null : fact.from === "queued" ? before.queuedAt : at,
          startedAt,
        });
      return { ...before, startedAt };
    },
    clear: () => live.clear(),
  };
};
