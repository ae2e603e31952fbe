import { type Blobs, openBlobs } from "#infra/nats/blobs.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { readMessage, streamExtent } from "#infra/nats/follow.ts";
import type { Log } from "#infra/log.ts";
import { Fatal } from "#infra/service.ts";
import { CHECKPOINTS, JOURNAL } from "#schema/subjects.ts";
import { keptCheckpoints, type KeptCheckpoint, loadCheckpoint } from "./checkpoint.ts";
import type { Position } from "../journal/journal.ts";
import { hashOf } from "../journal/seal.ts";
import { type Reading, readOn } from "./reading.ts";
import { nothingRecovered, type Recovered } from "./recovered.ts";

/** How far somebody else has read: the journal must hold the very same fact there. */
export interface Witness extends Position {
  readonly who: string;
}

interface RecoveryOptions {
  readonly connection: NatsConnection;
  readonly witnesses: readonly Witness[];
  readonly log: Log;
  /** Told of what ends the reading after the recovery. */
  readonly failed: (error: unknown) => void;
}

/** The journal as it stands, folded and followed. */
export interface Recovery extends Reading {
  /** The fact of the checkpoint it began with; 0 without one. */
  readonly checkpoint: number;
}

const hear = async (connection: NatsConnection, { who, seq, hash }: Witness, last: number): Promise<void> => {
  if (seq > last) {
    throw new Fatal(
      `The journal ends at fact ${last}, but ${who} has already seen fact ${seq}: facts are missing. Restore the journal from a backup.`,
    );
  }
  const bytes = seq === 0 ? null : await readMessage(connection, JOURNAL, seq);
  if (bytes !== null && hashOf(bytes) !== hash) {
    throw new Fatal(
      `The journal is not the one ${who} has read: fact ${seq} is a different one. Restore the journal from a backup.`,
    );
  }
};

const openCheckpoints = async (
  connection: NatsConnection,
  log: Log,
): Promise<{ readonly blobs: Blobs; readonly kept: readonly KeptCheckpoint[] } | null> => {
  try {
    const blobs = await openBlobs(connection, CHECKPOINTS);
    return { blobs, kept: await keptCheckpoints(blobs) };
  } catch (error) {
    log.warn({ err: error }, "checkpoints cannot be read, so the whole journal is");
    return null;
  }
};

const newest = async (blobs: Blobs, kept: readonly KeptCheckpoint[], log: Log): Promise<Recovered | null> => {
  for (const checkpoint of kept) {
    try {
      return await loadCheckpoint(blobs, checkpoint);
    } catch (error) {
      log.warn({ err: error, seq: checkpoint.seq }, "a checkpoint is damaged, an older one is used");
    }
  }
  return null;
};

/**
 * Folds the journal up to its present end, from the newest checkpoint that is whole or from the first fact, and follows it
 * from there. Throws Fatal when the journal has a gap, was changed, or is behind what a witness or a checkpoint has seen.
 */
export const recover = async ({ connection, witnesses, log, failed }: RecoveryOptions): Promise<Recovery> => {
  const checkpoints = await openCheckpoints(connection, log);
  const kept = checkpoints?.kept ?? [];
  const { last } = await streamExtent(connection, JOURNAL);
  const seen = kept.map(({ seq, hash }) => ({ who: "a checkpoint", seq, hash }));
  for (const witness of [...witnesses, ...seen]) await hear(connection, witness, last);

  const start = (checkpoints && (await newest(checkpoints.blobs, kept, log))) ?? nothingRecovered();
  const checkpoint = start.tail.seq;
  const reading = await readOn(connection, start, failed);
  await reading.reach(last);
  return { ...reading, checkpoint };
};
