import type { NatsConnection } from "#infra/nats/connect.ts";
import type { Log } from "#infra/log.ts";
import type { Sql } from "#infra/postgres/connect.ts";
import { Fatal } from "#infra/service.ts";
import type { Batches } from "./batch.ts";
import { CheckpointMoved } from "./checkpoint.ts";
import { isOutage, untilItWorks } from "./outage.ts";
import type { Reconnects } from "./reconnects.ts";

export interface ProjectorGround {
  readonly connection: NatsConnection;
  readonly sql: Sql;
  readonly log: Log;
  readonly reconnects: Reconnects;
  readonly signal: AbortSignal;
}

/** The read model is not where this session thinks, and rightly so: read the checkpoint again and go on from there. */
export class StartOver extends Error {
  override readonly name = "StartOver";
}

/** After an outage the commit of our own lost connection may still arrive, so the first lost race is not yet a rival. */
const forgive = (error: unknown, afterOutage: boolean): void => {
  if (error instanceof StartOver || (error instanceof CheckpointMoved && afterOutage)) return;
  if (error instanceof CheckpointMoved) {
    throw new Fatal(
      "A second projector writes to the same read model: end one of the two. Nothing was written twice.",
    );
  }
  if (error instanceof Error && error.name === "StreamNotFoundError") {
    throw new Fatal(
      "The NATS server has no such stream as the journal or telemetry: was it ever set up, or is it another server?",
    );
  }
  throw error;
};

/**
 * Runs one session after another until the signal. A session reads from the checkpoint until it is interrupted; each
 * outage ends it, so that the next one asks anew where the read model and the stream stand. Throws Fatal for a rival.
 */
export const keepReading = async (
  { signal, log }: ProjectorGround,
  session: (works: () => void) => Promise<void>,
): Promise<void> => {
  let afterOutage = false;
  const attempt = async (works: () => void): Promise<void> => {
    while (!signal.aborted) {
      try {
        await session(works);
        afterOutage = false;
      } catch (error) {
        if (signal.aborted) return;
        if (isOutage(error)) {
          afterOutage = true;
          throw error;
        }
        forgive(error, afterOutage);
        afterOutage = false;
      }
    }
  };
  await untilItWorks({ signal, log, attempt });
};

/** Reads batches until the signal or a reconnect interrupts, then ends the reading. */
export const whileConnected = async (
  { reconnects, signal }: ProjectorGround,
  batches: Batches,
  read: () => Promise<void>,
): Promise<void> => {
  const interrupt = (): void => batches.interrupt();
  const stopListening = reconnects.listen(interrupt);
  signal.addEventListener("abort", interrupt);
  try {
    if (!signal.aborted) await read();
  } finally {
    stopListening();
    signal.removeEventListener("abort", interrupt);
    await batches.stop();
  }
};
