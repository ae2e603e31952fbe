/** A paper authority with a runner, and short words for what placement tests do. */
import type { ExecutorType } from "#schema/executor-type.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import { statePath } from "#schema/task.evolve.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { type LiveTask, snapshotOf } from "../../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../../support/a-scheduler.ts";
import { anAuthority } from "../an-authority.ts";

interface Ground {
  readonly concurrency?: number;
  readonly slots?: number;
  readonly types?: readonly ExecutorType[];
  readonly offers?: {
    readonly cpus?: number;
    readonly memoryBytes?: number;
    readonly labels?: Record<string, string>;
  };
}

export const aGround = ({ concurrency = 10, slots = 10, types = [SLEEP], offers = {} }: Ground = {}) => {
  const whole = anAuthority(concurrency);
  const { authority, placement, paper } = whole;
  const { runners, tasks } = authority;
  const join = (runner: string, changes: Partial<Ground> = {}) =>
    runners.join({
      runner,
      boot: "b",
      slots,
      types,
      offers,
      host: `${runner}-host`,
      pid: 1,
      seen: 0,
      ...changes,
    });
  join("local");
  const tell = (task: LiveTask, event: TaskEvent) => tasks.record(task, event, { by: SCHEDULER });
  return {
    ...whole,
    join,
    tell,
    place: () => placement.place(tasks),
    submit: (definition: Partial<TaskDefinition> = {}): LiveTask =>
      whole.submitted({ submittedAt: new Date(whole.time.now).toISOString(), ...definition }),
    state: (task: LiveTask): string => statePath(snapshotOf(task)),
    isRunning: (task: LiveTask): boolean => snapshotOf(task).hasTag("active"),
    finish: (task: LiveTask) => tell(task, { type: "completed", report: 9, result: null }),
    /** Ids of tasks in the order they were assigned. */
    order: (): string[] =>
      paper.written.flatMap(({ fact }) => (fact.type === "assigned" ? [fact.taskId] : [])),
    limits: (): string[] =>
      paper.written.flatMap(({ fact }) => {
        const { type, about } = fact as unknown as { type: string; about?: { kind: string; id: string } };
        return about?.kind === "limit" ? [`${about.id} ${type}`] : [];
      }),
    why: (task: LiveTask) => placement.hindrance(task),
  };
};
