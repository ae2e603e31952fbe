import type { JsMsg } from "@nats-io/jetstream";
import { streamExtent } from "#infra/nats/follow.ts";
import type { Log } from "#infra/log.ts";
import type { Sql, TransactionSql } from "#infra/postgres/connect.ts";
import { GENESIS } from "#schema/envelope.ts";
import { TELEMETRY } from "#schema/subjects.ts";
import { readBatches } from "./batch.ts";
import { type Checkpoint, holdCheckpoint, moveCheckpoint, openCheckpoint } from "./checkpoint.ts";
import { type Observation, observe, Unusable } from "./observations.ts";
import { restartSequences, writeObservations } from "./projections/observations.ts";
import { keepReading, type ProjectorGround, whileConnected } from "./sessions.ts";
import { sparseSamples } from "./sparse-samples.ts";

const MOST_MESSAGES = 500;
const LINGER_MS = 200;

/** SQLSTATE class 22: a value that a column cannot hold. */
const isBadValue = (error: unknown): boolean =>
  error instanceof Error && String((error as { code?: unknown }).code).startsWith("22");

const readable = (log: Log, messages: readonly JsMsg[]): Observation[] =>
  messages.flatMap((message) => {
    try {
      return observe(message) ?? [];
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      log.warn(
        { seq: message.seq, subject: message.subject },
        `a telemetry message is left out: ${error.message}`,
      );
      return [];
    }
  });

/** Stores what can be stored: one observation that Postgres refuses must not keep back the others. */
const writeAll = async (
  tx: TransactionSql,
  log: Log,
  observations: readonly Observation[],
): Promise<void> => {
  try {
    await tx.savepoint((inner) => writeObservations(inner, observations));
  } catch (error) {
    if (!isBadValue(error)) throw error;
    if (observations.length === 1) {
      log.warn({ err: error, seq: observations[0]?.seq }, "a telemetry message is left out");
      return;
    }
    const middle = Math.ceil(observations.length / 2);
    await writeAll(tx, log, observations.slice(0, middle));
    await writeAll(tx, log, observations.slice(middle));
  }
};

/** Telemetry is bounded and may lose its end in a crash: whatever the stream is now, reading goes on from there. */
const fit = async (sql: Sql, stream: { last: number; created: string }): Promise<Checkpoint> => {
  const checkpoint = await openCheckpoint(sql, "telemetry", stream.created);
  const anew = checkpoint.incarnation !== stream.created;
  if (!anew && checkpoint.seq <= stream.last) return checkpoint;
  const to = { seq: anew ? 0 : stream.last, hash: GENESIS, incarnation: stream.created };
  await sql.begin(async (tx) => {
    if (anew) await restartSequences(tx);
    await moveCheckpoint(tx, "telemetry", { from: checkpoint, to });
  });
  return to;
};

const write = (
  { sql, log }: ProjectorGround,
  { from, to }: { from: Checkpoint; to: Checkpoint },
  observations: readonly Observation[],
): Promise<void> =>
  sql.begin(async (tx) => {
    await tx`select set_config('synchronous_commit', 'off', true)`;
    await holdCheckpoint(tx, "telemetry", from);
    if (observations.length > 0) await writeAll(tx, log, observations);
    await moveCheckpoint(tx, "telemetry", { from, to });
  });

const openSession = async (ground: ProjectorGround, works: () => void): Promise<void> => {
  const { connection, sql, log } = ground;
  const worthKeeping = sparseSamples();
  const extent = await streamExtent(connection, TELEMETRY);
  let at = await fit(sql, extent);
  const batches = await readBatches(connection, {
    stream: TELEMETRY,
    from: at.seq + 1,
    most: MOST_MESSAGES,
    linger: LINGER_MS,
  });
  if (extent.last === at.seq) works();
  await whileConnected(ground, batches, async () => {
    for (;;) {
      const messages = await batches.next();
      const last = messages?.at(-1);
      if (messages === undefined || last === undefined) return;
      const observations = readable(log, messages).filter(
        (one) => one.kind !== "sample" || worthKeeping(one.body),
      );
      const to = { ...at, seq: last.seq };
      await write(ground, { from: at, to }, observations);
      at = to;
      works();
    }
  });
};

/** Stores logs, progress and samples until the signal. What it cannot read it leaves out and says so. */
export const projectTelemetry = (ground: ProjectorGround): Promise<void> =>
  keepReading(ground, (works) => openSession(ground, works));
