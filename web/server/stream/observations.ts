import type { LogRow } from "#schema/api.ts";
import type { LogChunk, Progress } from "#schema/telemetry.ts";
import type { Telemetry } from "../telemetry.ts";
import { frame } from "./frames.ts";
import type { Outbox } from "./outbox.ts";

/** 4 Hz: what a person can follow. */
const PROGRESS_MS = 250;

const logRow = (seq: number, { attempt, at, stream, text, dropped = 0 }: LogChunk): LogRow => ({
  seq,
  attempt,
  at,
  stream,
  text,
  dropped,
});

/** The task whose output is wanted, and the one of which it is wanted what it uses. */
interface Watched {
  readonly logs: string | null;
  readonly use: string | null;
}

/** Sends telemetry: the latest progress per task four times a second, the output of one task, what one uses, samples, engine changes. */
export const feedObservations = (
  telemetry: Telemetry,
  { logs, use }: Watched,
  out: Outbox,
): { readonly stop: () => void } => {
  const latest = new Map<string, Progress>();
  const flush = (): void => {
    if (out.congested) return;
    for (const progress of latest.values()) out.send(frame("progress", progress));
    latest.clear();
  };
  const timer = setInterval(flush, PROGRESS_MS);
  const unsubscribe = telemetry.subscribe({
    logs,
    use,
    progress: (progress) => void latest.set(progress.taskId, progress),
    sample: (sample) => out.congested || out.send(frame("sample", sample)),
    engine: (change) => out.send(frame("engine", change)),
    used: (used) => out.congested || out.send(frame("use", used)),
    log: (seq, chunk) => out.send(frame("log", { taskId: chunk.taskId, ...logRow(seq, chunk) })),
  });
  return {
    stop: () => {
      clearInterval(timer);
      unsubscribe();
    },
  };
};
