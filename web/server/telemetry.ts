import type { Clock } from "#infra/clock.ts";
import type { Log } from "#infra/log.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import type { TaskUse } from "#schema/api.ts";
import { HEADER, TELEMETRY, type TelemetryKind } from "#schema/subjects.ts";
import type { EngineChange, HostSample, LogChunk, Progress, RunnerUse } from "#schema/telemetry.ts";
import { createLatestUse } from "./latest-use.ts";
import { readStream } from "./stream-reader.ts";

interface TelemetryListener {
  /** The task whose output is wanted, or null. */
  readonly logs: string | null;
  /** The task of which it is wanted what it uses, or null. */
  readonly use: string | null;
  progress(progress: Progress): void;
  sample(sample: HostSample): void;
  engine(change: EngineChange): void;
  log(seq: number, chunk: LogChunk): void;
  used(use: TaskUse): void;
}

/** What is observed, as it comes: for open streams, and the latest progress and use of each task. */
export interface Telemetry {
  progressOf(taskId: string): Progress | null;
  useOf(taskId: string): TaskUse | null;
  subscribe(listener: TelemetryListener): () => void;
  stop(): void;
}

interface TelemetryOptions {
  readonly connection: NatsConnection;
  readonly log: Log;
  readonly clock: Clock;
  readonly from: number;
}

const LIMIT = 5_000;

export const openTelemetry = ({ connection, log, clock, from }: TelemetryOptions): Telemetry => {
  const latest = new Map<string, Progress>();
  const uses = createLatestUse(clock);
  const listeners = new Set<TelemetryListener>();

  const keep = (progress: Progress): void => {
    latest.delete(progress.taskId);
    latest.set(progress.taskId, progress);
    if (latest.size <= LIMIT) return;
    const [oldest] = latest.keys();
    if (oldest !== undefined) latest.delete(oldest);
  };

  const tell: Readonly<Record<TelemetryKind, (seq: number, read: () => unknown, taskId: string) => void>> = {
    progress: (_, read) => {
      const progress = read() as Progress;
      keep(progress);
      for (const listener of listeners) listener.progress(progress);
    },
    sample: (_, read) => {
      const sample = read() as HostSample;
      for (const listener of listeners) listener.sample(sample);
    },
    engine: (_, read) => {
      const change = read() as EngineChange;
      for (const listener of listeners) listener.engine(change);
    },
    use: (_, read) => {
      for (const use of uses.hear(read() as RunnerUse)) {
        for (const listener of listeners) if (listener.use === use.taskId) listener.used(use);
      }
    },
    // Output is the bulk of it: it is parsed only when somebody watches that task.
    log: (seq, read, taskId) => {
      for (const listener of listeners) if (listener.logs === taskId) listener.log(seq, read() as LogChunk);
    },
  };

  const reader = readStream({
    connection,
    stream: TELEMETRY,
    from,
    log,
    each: (message) => {
      const kind = message.subject.split(".")[1] as TelemetryKind;
      const taskId = message.headers?.get(HEADER.taskId) ?? "";
      try {
        tell[kind]?.(message.seq, () => message.json(), taskId);
      } catch (error) {
        log.warn({ err: error, subject: message.subject }, "a telemetry message could not be read");
      }
    },
    // Observations may be lost with their stream; facts may not.
    behind: (end) => {
      log.warn({ end }, "the telemetry stream was made anew");
      return end;
    },
  });

  return {
    progressOf: (taskId) => latest.get(taskId) ?? null,
    useOf: uses.of,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: reader.stop,
  };
};
