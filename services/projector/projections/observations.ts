import type { TransactionSql } from "#infra/postgres/connect.ts";
import type { HostSample, LogChunk, Progress } from "#schema/telemetry.ts";
import type { Observation } from "../observations.ts";
import { storableJson, storableText } from "../storable.ts";

interface At<T> {
  readonly seq: number;
  readonly body: T;
}

// A crash of NATS may lose the end of telemetry, whose sequences are then used again: the later line wins.
const writeLogs = async (tx: TransactionSql, chunks: readonly At<LogChunk>[]): Promise<void> => {
  if (chunks.length === 0) return;
  await tx`
    insert into logs (seq, task_id, attempt, chunk, at, stream, text, dropped)
    select * from unnest(
      ${chunks.map(({ seq }) => seq)}::bigint[],
      ${chunks.map(({ body }) => storableText(body.taskId))}::text[],
      ${chunks.map(({ body }) => body.attempt)}::int[],
      ${chunks.map(({ body }) => body.chunk)}::int[],
      ${chunks.map(({ body }) => new Date(body.at).toISOString())}::text[]::timestamptz[],
      ${chunks.map(({ body }) => storableText(body.stream))}::text[],
      ${chunks.map(({ body }) => storableText(body.text))}::text[],
      ${chunks.map(({ body }) => body.dropped ?? 0)}::int[]
    )
    on conflict (seq) do update set task_id = excluded.task_id, attempt = excluded.attempt,
      chunk = excluded.chunk, at = excluded.at, stream = excluded.stream, text = excluded.text,
      dropped = excluded.dropped`;
};

const writeProgress = async (tx: TransactionSql, latest: readonly At<Progress>[]): Promise<void> => {
  if (latest.length === 0) return;
  await tx`
    insert into progress as p (task_id, seq, progress)
    select task_id, seq, progress::jsonb from unnest(
      ${latest.map(({ body }) => storableText(body.taskId))}::text[],
      ${latest.map(({ seq }) => seq)}::bigint[],
      ${latest.map(({ body }) => storableJson(body))}::text[]
    ) as latest (task_id, seq, progress)
    on conflict (task_id) do update set seq = excluded.seq, progress = excluded.progress
    where p.seq < excluded.seq`;
};

const writeSamples = async (tx: TransactionSql, samples: readonly At<HostSample>[]): Promise<void> => {
  if (samples.length === 0) return;
  await tx`
    insert into samples (host, at, sample)
    select host, at, sample::jsonb from unnest(
      ${samples.map(({ body }) => storableText(body.host))}::text[],
      ${samples.map(({ body }) => new Date(body.at).toISOString())}::text[]::timestamptz[],
      ${samples.map(({ body }) => storableJson(body))}::text[]
    ) as sample (host, at, sample)
    on conflict (host, at) do nothing`;
};

/** Stores log chunks, the latest progress of each task, and samples. */
export const writeObservations = async (
  tx: TransactionSql,
  observations: readonly Observation[],
): Promise<void> => {
  const logs: At<LogChunk>[] = [];
  const progress = new Map<string, At<Progress>>();
  const samples: At<HostSample>[] = [];
  for (const observation of observations) {
    if (observation.kind === "log") logs.push(observation);
    else if (observation.kind === "progress") progress.set(observation.body.taskId, observation);
    else samples.push(observation);
  }
  await writeLogs(tx, logs);
  await writeProgress(tx, [...progress.values()]);
  await writeSamples(tx, samples);
};

/**
 * Makes room for a stream that counts from 1 again: what is stored keeps its order below zero, so that a row's sequence
 * goes on being the one the stream gives it.
 */
export const restartSequences = async (tx: TransactionSql): Promise<void> => {
  await tx`update logs set seq = seq - span.size
    from (select max(seq) - least(min(seq), 1) + 1 as size from logs) as span`;
  await tx`update progress set seq = 0`;
};
