/** What decides, without a server: a journal on paper that stores or forgets when the test says so, and a clock set by hand. */
import { pino } from "pino";
import type { Objects } from "#infra/nats/objects.ts";
import { GENESIS, type TaskFact } from "#schema/envelope.ts";
import { isReference } from "#schema/stored.ts";
import type { TaskDefinition } from "#schema/task.definition.ts";
import type { Authority } from "../../../services/scheduler/authority.ts";
import { createBatches } from "../../../services/scheduler/batches/batches.ts";
import { createDeadlines } from "../../../services/scheduler/deadlines.ts";
import { createDependencies } from "../../../services/scheduler/submission/dependencies.ts";
import { type Journal, NotRecorded, type Position } from "../../../services/scheduler/journal/journal.ts";
import { seal } from "../../../services/scheduler/journal/seal.ts";
import { createPlacement } from "../../../services/scheduler/placement/placement.ts";
import { createRecords } from "../../../services/scheduler/records.ts";
import { createRunners } from "../../../services/scheduler/runners/runners.ts";
import { createTasks, type LiveTask } from "../../../services/scheduler/tasks.ts";
import { SLEEP } from "../../support/a-scheduler.ts";
import { aDefinition } from "../../support/task-examples.ts";

interface Written extends Position {
  readonly fact: TaskFact;
  readonly undo: () => void;
}

const onPaper = () => {
  const written: Written[] = [];
  let stored = 0;
  let named = 0;
  let keeps: number | null = null;
  const tail = (): Position => written.at(-1) ?? { seq: 0, hash: GENESIS };
  const journal: Journal = {
    get stored() {
      return written[stored - 1] ?? { seq: 0, hash: GENESIS };
    },
    open: true,
    trouble: null,
    write: (unsealed, { previous }, undo) => {
      const { fact, hash } = seal(unsealed, { stream: tail().hash, task: previous });
      const position = { seq: tail().seq + 1, hash };
      written.push({ ...position, fact: fact as TaskFact, undo });
      return position;
    },
    settled: async () => {
      if (keeps === null) return store();
      store(Math.min(written.length, stored + keeps));
      forget();
      throw new NotRecorded("the disk is away");
    },
  };
  const store = (count = written.length): void => void (stored = count);
  const forget = (): void => {
    for (const { undo } of written.splice(stored).toReversed()) undo();
  };
  return {
    journal,
    written,
    nextId: () => `id-${(named += 1)}`,
    /** `count`: of all that is written, only so much from the beginning. */
    store,
    /** What was not stored did not happen. */
    forget,
    /** The disk is away after so many more facts, and who waits for it is told so; null when it is back. */
    fail: (after: number | null) => void (keeps = after),
    read: async (seq: number) => {
      const found = written[seq - 1];
      if (!found || seq > stored) throw new NotRecorded(`fact ${seq} cannot be read`);
      return found;
    },
  };
};

/** `paper`: what an earlier one has written, for one that comes after it. */
export const anAuthority = (concurrency = 10, paper = onPaper()) => {
  const { journal } = paper;
  /** `ahead`: how far the wall clock was set forward or back. */
  const time = { now: Date.parse("2026-11-21T08:00:00.000Z"), ahead: 0 };
  const clock = { now: () => time.now + time.ahead, monotonic: () => time.now };
  const ids = { next: paper.nextId, chance: () => 0.5 };
  const objects: Objects = {
    keep: async (value) => ({ value }),
    load: async (kept) => {
      if (isReference(kept)) throw new Error("nothing is kept elsewhere here");
      return kept.value;
    },
  };
  const runners = createRunners({ journal, epoch: 1, clock, ids });
  const dependencies = createDependencies((id) => tasks.standing(id));
  const deadlines = createDeadlines(clock, dependencies.comesDue);
  const records = createRecords({ journal, epoch: 1, clock, ids });
  const placement = createPlacement({
    runners,
    records,
    concurrency,
    agingMs: 300_000,
    clock,
    ids,
    fresh: true,
  });
  const tasks = createTasks({
    journal,
    epoch: 1,
    clock,
    ids,
    track: (task) => {
      placement.track(task);
      dependencies.track(task);
      deadlines.track(task);
    },
  });
  let wake = (): void => undefined;
  const batches = createBatches(() => wake());
  const authority: Authority = {
    journal,
    tasks,
    runners,
    records,
    batches,
    placement,
    heard: new Map(),
    agingMs: 300_000,
    objects,
    clock,
    ids,
    log: pino({ level: "silent" }),
    epoch: 1,
    leading: () => true,
    full: () => null,
    read: paper.read,
  };
  return {
    authority,
    paper,
    time,
    /** Called when a batch may go on. */
    onWake: (called: () => void) => void (wake = called),
    deadlines,
    dependencies,
    placement,
    /** A runner that is there. */
    join: (runner = "local", slots = 10, boot = "boot-1") =>
      runners.join({ runner, boot, slots, types: [SLEEP], host: "h", pid: 1, seen: 0 }),
    submitted: (definition: Partial<TaskDefinition> = {}): LiveTask => {
      const task = tasks.conceive(definition.id ?? ids.next());
      const whole = aDefinition({ type: "sleep", ...definition, id: task.id });
      tasks.record(task, { type: "submitted", definition: whole }, { by: whole.submittedBy });
      return task;
    },
    factsOf: (id: string) => paper.written.flatMap(({ fact }) => (fact.taskId === id ? [fact] : [])),
  };
};
