import { timestamp } from "#infra/clock.ts";
import { HEADER, telemetrySubject } from "#schema/subjects.ts";
import type { AttemptUse, EngineChange, LogChunk, Progress, RunnerUse } from "#schema/telemetry.ts";
import type { MeasuredStep } from "../executor.ts";
import type { Change } from "../executors/docker/hosts/watch.ts";
import type { LogPiece } from "../slots/slot-protocol.ts";

/** Publishes one observation; lost ones are missed by nobody. */
export type Publish = (subject: string, body: unknown, headers?: Readonly<Record<string, string>>) => void;

export interface Telemetry {
  progress(taskId: string, attempt: number, step: MeasuredStep): void;
  log(taskId: string, attempt: number, chunk: number, piece: LogPiece): void;
  engine(host: string, change: Change): void;
  use(attempts: readonly AttemptUse[]): void;
}

export const createTelemetry = (runner: string, publish: Publish): Telemetry => {
  const now = (): string => timestamp(Date.now());
  return {
    progress: (taskId, attempt, step) => {
      const body: Progress = { ...step, taskId, attempt, at: now() };
      publish(telemetrySubject("progress", runner), body, { [HEADER.taskId]: taskId });
    },
    log: (taskId, attempt, chunk, { stream, text, dropped }) => {
      const body: LogChunk = {
        taskId,
        attempt,
        chunk,
        at: now(),
        stream,
        text,
        ...(dropped === undefined ? {} : { dropped }),
      };
      publish(telemetrySubject("log", runner), body, { [HEADER.taskId]: taskId });
    },
    engine: (host, change) => {
      const body: EngineChange = { runner, host, at: now(), ...change };
      publish(telemetrySubject("engine", runner), body);
    },
    use: (attempts) => {
      const body: RunnerUse = { runner, at: now(), attempts };
      publish(telemetrySubject("use", runner), body);
    },
  };
};
