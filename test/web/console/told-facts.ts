import type { TaskDetail } from "#schema/api.ts";
import { GENESIS, type TaskFact } from "#schema/envelope.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import { evolve, type Task, unborn } from "#schema/task.evolve.ts";
import { fold, type FoldedTask } from "#schema/task.fold.ts";
import { summaryOf } from "#schema/task.summary.ts";
import { anAssignment } from "../../support/a-journal.ts";
import { aTaskFact } from "../../support/a-task-fact.ts";
import { aDefinition } from "../../support/task-examples.ts";

export interface Told {
  readonly seq: number;
  readonly fact: TaskFact;
}

const START = Date.parse("2026-11-21T08:00:00.000Z");

export const aPlanOf = (count: number, number = 1): TaskEvent => ({
  type: "planned",
  report: 1,
  plan: {
    number,
    count,
    plan: { value: { items: Array.from({ length: count }, (_, i) => ({ id: `id-${i}`, name: `c-${i}` })) } },
  },
});

const NO_TASKS = { items: [], total: 0 } as const;

/** A journal in memory: the chart judges every fact, and each is told as the scheduler would write it. */
export class ToldJournal {
  seq: number;
  readonly told: Told[] = [];
  private readonly tasks = new Map<string, { task: Task; n: number }>();
  private readonly folded = new Map<string, FoldedTask>();

  constructor(after = 0) {
    this.seq = after;
  }

  /** What happens to a task next; `submit` comes first. */
  happen(taskId: string, event: TaskEvent): Told {
    const before = this.tasks.get(taskId) ?? { task: unborn(), n: 0 };
    const task = evolve(before.task, event);
    this.seq += 1;
    const fact = aTaskFact({
      id: `fact-${this.seq}`,
      at: new Date(START + this.seq * 1_000).toISOString(),
      chain: { stream: GENESIS, task: null },
      taskId,
      n: before.n + 1,
      event,
      before: before.task,
      after: task,
    });
    this.tasks.set(taskId, { task, n: fact.n });
    this.folded.set(taskId, fold(this.folded.get(taskId) ?? null, this.seq, fact));
    const told = { seq: this.seq, fact };
    this.told.push(told);
    return told;
  }

  submit(id: string, overrides: Partial<TaskDefinition> = {}): Told {
    return this.happen(id, {
      type: "submitted",
      definition: aDefinition({ id, name: `Task ${id}`, ...overrides }),
    });
  }

  begin(id: string, overrides: Partial<TaskDefinition> = {}): void {
    this.submit(id, overrides);
    this.happen(id, anAssignment());
    this.happen(id, { type: "started", report: 1 });
  }

  task(id: string): Task {
    const known = this.tasks.get(id);
    if (!known) throw new Error(`no task ${id}`);
    return known.task;
  }

  whole(id: string): FoldedTask {
    const known = this.folded.get(id);
    if (!known) throw new Error(`no task ${id}`);
    return known;
  }

  /** The answer of GET /api/tasks/:id now. */
  detail(id: string): TaskDetail {
    const folded = this.whole(id);
    return {
      ...summaryOf(folded, null),
      n: folded.n,
      context: folded.context,
      payload: null,
      waiting: null,
      why: null,
      use: null,
      parent: null,
      retryOf: null,
      schedule: null,
      after: [],
      followers: NO_TASKS,
      children: NO_TASKS,
      retries: NO_TASKS,
      concurrency: null,
      locks: [],
      requires: null,
      commands: [],
      undo: { possible: false, why: null },
    };
  }
}
