import { type Clock, timestamp } from "#infra/clock.ts";
import type { Ids } from "#infra/ids.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import type { Log } from "#infra/log.ts";
import { SCHEDULER } from "#schema/actor.ts";
import { type Journal, NotRecorded, openJournal, type Position } from "../journal/journal.ts";
import type { Fenced } from "../journal/read-back.ts";

interface OpeningOptions {
  readonly connection: NatsConnection;
  readonly log: Log;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The journal's last fact. */
  readonly start: Position;
  readonly epoch: number;
  /** Another scheduler has written since. */
  readonly fenced: (error: Fenced) => void;
}

/** Opens the journal with the first fact of a new reign. Null when it could not be stored there: something else was. */
export const openReign = async (options: OpeningOptions): Promise<Journal | null> => {
  const { connection, log, clock, ids, start, epoch } = options;
  let opened = false;
  const journal = openJournal({
    connection,
    log,
    start,
    fenced: (error) => {
      if (opened) options.fenced(error);
    },
  });
  const fact = {
    v: 1,
    id: ids.next(),
    type: "epoch",
    at: timestamp(clock.now()),
    actor: SCHEDULER,
    reason: null,
    cause: null,
    epoch,
    data: { version: "0.1.0" },
  } as const;
  try {
    journal.write(fact, { queue: "", previous: null }, () => undefined);
    await journal.settled();
    opened = true;
    return journal;
  } catch (error) {
    if (error instanceof NotRecorded) return null;
    throw error;
  }
};
