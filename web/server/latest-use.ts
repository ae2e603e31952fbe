import type { Clock } from "#infra/clock.ts";
import type { TaskUse } from "#schema/api.ts";
import { type AttemptUse, type RunnerUse, USE_FRESH_MS } from "#schema/telemetry.ts";

/** What attempts use, as their runners looked at it last; only of runners heard of within the last looks. */
export interface LatestUse {
  /** Gives what each attempt of one look uses. */
  hear(look: RunnerUse): readonly TaskUse[];
  of(taskId: string): TaskUse | null;
}

/** Null where one of the two is not known, and where it has become less: a process that ended took its share along. */
const perMs = (before: number | null, after: number | null, ms: number): number | null =>
  before === null || after === null || after < before || ms <= 0 ? null : (after - before) / ms;

interface Known {
  readonly cpuMs: number | null;
  readonly use: TaskUse;
}

/** `at` is of the monotonic clock. */
interface Heard {
  readonly at: number;
  readonly known: ReadonlyMap<string, Known>;
}

const after = (before: Known | null, at: string, told: AttemptUse): Known => {
  const { taskId, attempt, cpuMs, memoryBytes, ioBytes } = told;
  const ms = before === null ? 0 : Date.parse(at) - Date.parse(before.use.at);
  const cpu = perMs(before?.cpuMs ?? null, cpuMs, ms);
  const io = perMs(before?.use.ioBytes ?? null, ioBytes, ms);
  const cpuPercent = cpu === null ? null : Math.round(cpu * 1_000) / 10;
  const ioPerSecond = io === null ? null : Math.round(io * 1_000);
  return { cpuMs, use: { taskId, attempt, at, cpuPercent, memoryBytes, ioBytes, ioPerSecond } };
};

export const createLatestUse = ({ monotonic }: Pick<Clock, "monotonic">): LatestUse => {
  const runners = new Map<string, Heard>();

  return {
    hear: ({ runner, at, attempts }) => {
      const now = monotonic();
      const last = runners.get(runner)?.known;
      const known = new Map<string, Known>();
      for (const told of attempts) {
        const before = last?.get(told.taskId) ?? null;
        known.set(told.taskId, after(before?.use.attempt === told.attempt ? before : null, at, told));
      }
      runners.set(runner, { at: now, known });
      for (const [id, heard] of runners) if (now - heard.at > USE_FRESH_MS) runners.delete(id);
      return [...known.values()].map(({ use }) => use);
    },
    of: (taskId) => {
      for (const { at, known } of runners.values()) {
        const told = known.get(taskId);
        if (told !== undefined && monotonic() - at <= USE_FRESH_MS) return told.use;
      }
      return null;
    },
  };
};
