import { type Fact, isTaskFact, type TaskFact } from "#schema/envelope.ts";
import { STUCK_AFTER_MS, type TaskDefinition } from "#schema/task.definition.ts";
import { tagOf } from "#schema/task.evolve.ts";
import { type Progress, type RunnerUse, USE_EVERY_MS } from "#schema/telemetry.ts";
import { evidenceOf, type LastStep, type Look } from "./evidence.ts";
import { createSignsOfWork } from "./signs-of-work.ts";

/** An attempt that stands still by what is known, or that does no more (`evidence: null`). */
export interface Finding {
  readonly taskId: string;
  readonly attempt: number;
  readonly evidence: string | null;
}

/** Watches attempts at work for signs of life. All moments are ms on the monotonic clock; none comes from inside. */
export interface Watch {
  restart(): void;
  hear(fact: Fact, now: number): void;
  progress(progress: Progress, now: number): void;
  output(taskId: string, now: number): void;
  /** A runner's look at its attempts: gives those that are to be called stuck, or no longer. Attempts it cannot see are not judged. */
  look(use: RunnerUse, now: number): Finding[];
}

interface Watched {
  readonly attempt: number;
  readonly stuckAfterMs: number;
  isStuck: boolean;
  /** The last sign of life. */
  signAt: number;
  /** When it was last called stuck, which the fact about it follows. */
  calledAt: number | null;
  /** The look at its last sign of life and the latest one. */
  base: Look | null;
  latest: Look | null;
  step: LastStep | null;
  readonly showsWork: ReturnType<typeof createSignsOfWork>;
}

/** After so long without a look it was not to be seen whether there were signs: this was deaf, or its runner's work was held. */
const UNSEEN_MS = 6 * USE_EVERY_MS;

/** Facts that an attempt makes by its work. */
const SIGNS: ReadonlySet<TaskFact["type"]> = new Set([
  "started",
  "items-recorded",
  "checkpointed",
  "host-lost",
  "host-back",
]);

const definitionIn = (fact: TaskFact): TaskDefinition | undefined =>
  (fact.data["definition"] as TaskDefinition | undefined) ?? fact.whole?.definition ?? undefined;

const isWatchable = (fact: TaskFact): boolean =>
  fact.to === "stuck" || (fact.to.startsWith("running") && fact.to !== "running.waiting-for-host");

const alive = (watched: Watched, now: number): void => {
  watched.signAt = now;
  watched.base = watched.latest;
};

export const createWatch = (): Watch => {
  const watched = new Map<string, Watched>();
  /** Of unsettled tasks whose type says something else than the usual. */
  const thresholds = new Map<string, number>();

  const learn = (fact: TaskFact): void => {
    if (tagOf(fact.to) === "settled") return void thresholds.delete(fact.taskId);
    const own = definitionIn(fact)?.stuckAfterMs;
    if (own !== undefined && own !== STUCK_AFTER_MS) thresholds.set(fact.taskId, own);
  };

  const begin = (fact: TaskFact, now: number): Watched => ({
    attempt: fact.attempt,
    stuckAfterMs: thresholds.get(fact.taskId) ?? STUCK_AFTER_MS,
    isStuck: false,
    signAt: now,
    calledAt: null,
    base: null,
    latest: null,
    step: null,
    showsWork: createSignsOfWork(),
  });

  const hear = (fact: Fact, now: number): void => {
    if (!isTaskFact(fact)) return;
    learn(fact);
    if (!isWatchable(fact)) return void watched.delete(fact.taskId);
    const known = watched.get(fact.taskId);
    const one = known?.attempt === fact.attempt ? known : begin(fact, now);
    watched.set(fact.taskId, one);
    if (SIGNS.has(fact.type)) alive(one, now);
    one.isStuck = fact.to === "stuck";
    if (fact.type === "recovered") one.calledAt = null;
    // Another monitor found it, or this one before it was started anew.
    if (one.isStuck) one.calledAt ??= now;
  };

  const judge = (taskId: string, one: Watched, now: number): Finding | undefined => {
    const { attempt, isStuck, calledAt, stuckAfterMs, signAt, base, latest } = one;
    if (isStuck) return signAt > (calledAt ?? now) ? { taskId, attempt, evidence: null } : undefined;
    if (stuckAfterMs === 0 || base === null || latest === null) return undefined;
    // Nothing is known of what it computed before it was first looked at.
    const silentMs = now - Math.max(signAt, base.at);
    if (silentMs < stuckAfterMs) return undefined;
    one.calledAt = now;
    return { taskId, attempt, evidence: evidenceOf(silentMs, [base, latest], one.step) };
  };

  return {
    restart: () => {
      watched.clear();
      thresholds.clear();
    },
    hear,
    progress: ({ taskId, attempt, percent, message }, now) => {
      const one = watched.get(taskId);
      if (one?.attempt !== attempt) return;
      one.step = { percent, message };
      alive(one, now);
    },
    output: (taskId, now) => {
      const one = watched.get(taskId);
      if (one) alive(one, now);
    },
    look: ({ attempts }, now) =>
      attempts.flatMap(({ taskId, attempt, cpuMs, ioBytes }) => {
        const one = watched.get(taskId);
        if (one?.attempt !== attempt) return [];
        const look = { cpuMs, ioBytes, at: now };
        const before = one.latest;
        one.latest = look;
        if (before === null || now - before.at > UNSEEN_MS) one.base = look;
        else if (one.showsWork(before, look)) alive(one, now);
        const finding = judge(taskId, one, now);
        return finding ? [finding] : [];
      }),
  };
};
