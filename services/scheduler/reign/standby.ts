import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "#infra/clock.ts";
import { systemIds } from "#infra/ids.ts";
import type { NatsConnection } from "#infra/nats/connect.ts";
import { streamExtent } from "#infra/nats/follow.ts";
import { openLeaseStore } from "#infra/nats/lease.ts";
import { isUnanswered } from "#infra/nats/unanswered.ts";
import { Fatal, type Ground, type Running } from "#infra/service.ts";
import { JOURNAL } from "#schema/subjects.ts";
import { keepCheckpoints } from "../recovery/checkpoint-keeper.ts";
import type { Journal } from "../journal/journal.ts";
import { createLease, type Holder, holderOf } from "./lease.ts";
import { openReign } from "./opening.ts";
import type { Recovered } from "../recovery/recovered.ts";
import { recover, type Recovery, type Witness } from "../recovery/recovery.ts";

/** A scheduler that leads. */
export interface Reign {
  /** Answers, and does what is due. */
  begin(): Promise<void>;
  /** Leaves off until it may begin again. */
  rest(): void;
  stop(): Promise<void>;
}

/** All that a reign starts from: its first fact is stored. */
export interface Opened {
  readonly recovered: Recovered;
  readonly journal: Journal;
  readonly epoch: number;
  /** The journal was empty before it. */
  readonly fresh: boolean;
  /** Whether it may act now: asked before every answer. */
  readonly leading: () => boolean;
}

interface StandbyOptions {
  readonly ground: Ground;
  readonly connection: NatsConnection;
  readonly witnesses: readonly Witness[];
  readonly startReign: (opened: Opened) => Promise<Reign>;
}

const LOOK_EVERY_MS = 250;
/** A reader that lost its place for good is made anew by a restart. */
const CATCH_UP_LIMIT_MS = 60_000;

const withinLimit = async (reached: Promise<void>, seq: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new Fatal(
      `The journal could not be read up to fact ${seq} in ${CATCH_UP_LIMIT_MS / 1_000} s.`,
    );
    timer = setTimeout(() => reject(error), CATCH_UP_LIMIT_MS);
  });
  await Promise.race([reached, late]).finally(() => clearTimeout(timer));
};

/**
 * Keeps the journal in memory and leads as soon as nobody else does. Resolves when it leads or when somebody else is seen
 * to; a leader that another has followed ends by Fatal.
 */
export const standBy = async (options: StandbyOptions): Promise<Running> => {
  const { connection, startReign } = options;
  const { env, log, fail } = options.ground;
  let memory: Recovery | undefined;
  let journal: Journal | undefined;
  let reign: Reign | undefined;
  let keeper: { stop(): void } | undefined;
  let resting = true;
  let stopping = false;

  const rest = (): void => {
    resting = true;
    reign?.rest();
  };
  const stepDown = (why: string): void => {
    rest();
    lease.release().catch(() => undefined);
    fail(new Fatal(`${why}; this one steps down.`));
  };

  /** Begins, or begins again, unless somebody else has written since. */
  const goOn = async (): Promise<void> => {
    while (reign && journal && resting && !stopping && lease.stands()) {
      try {
        await journal.settled();
        const { last } = await streamExtent(connection, JOURNAL);
        if (!resting || stopping || !lease.stands()) return;
        if (last !== journal.stored.seq) return stepDown("Another scheduler has written the journal");
        resting = false;
        await reign.begin();
      } catch (error) {
        log.warn({ err: error }, "the journal cannot be asked");
        await sleep(LOOK_EVERY_MS);
      }
    }
  };
  const lease = createLease({
    store: openLeaseStore<Holder>(connection),
    holder: holderOf(systemIds.next(), env.hostName),
    clock: systemClock,
    log,
    events: {
      expired: rest,
      regained: () => {
        rest();
        void goOn();
      },
      lost: ({ host, pid }) => stepDown(`The scheduler on ${host} (process ${pid}) leads now`),
    },
  });

  /** The first fact of a new reign, right behind all others; null when the lease was lost on the way. */
  const open = async ({ recovered, reach }: Recovery): Promise<Opened | null> => {
    while (lease.stands()) {
      const { last } = await streamExtent(connection, JOURNAL);
      if (last < recovered.tail.seq)
        throw new Fatal(
          `The journal ends at fact ${last}, but this scheduler has already seen fact ${recovered.tail.seq}: facts are missing. Restore the journal from a backup.`,
        );
      await withinLimit(reach(last), last);
      const start = recovered.tail;
      const epoch = recovered.epoch + 1;
      const opened = await openReign({
        connection,
        log,
        clock: systemClock,
        ids: systemIds,
        start,
        epoch,
        fenced: ({ message }) => stepDown(`Another scheduler writes the journal (${message})`),
      });
      const leading = (): boolean => !resting && lease.stands();
      if (opened) return { recovered, journal: opened, epoch, fresh: start.seq === 0, leading };
    }
    return null;
  };

  const lead = async (remembered: Recovery): Promise<boolean> => {
    if (!(await lease.take())) return false;
    const opened = await open(remembered);
    if (!opened) return false;
    memory = undefined;
    journal = opened.journal;
    await remembered.stop();
    const stored = (): number => opened.journal.stored.seq;
    keeper = keepCheckpoints({ log, clock: systemClock, stored, newest: remembered.checkpoint });
    reign = await startReign(opened);
    await goOn();
    return true;
  };

  const watch = async (remembered: Recovery): Promise<void> => {
    for (let leads = false; !leads && !stopping;) {
      await sleep(LOOK_EVERY_MS);
      try {
        leads = stopping || (await lead(remembered));
      } catch (error) {
        if (journal || !isUnanswered(error)) throw error;
      }
    }
  };

  const stop = async (): Promise<void> => {
    stopping = true;
    keeper?.stop();
    await reign?.stop();
    await lease.release().catch(() => undefined);
    await memory?.stop();
    await connection.close();
  };
  try {
    memory = await recover({ connection, witnesses: options.witnesses, log, failed: fail });
    if (!(await lead(memory))) {
      log.info("another scheduler leads; standing by");
      if (memory) watch(memory).catch((error: unknown) => (stopping ? undefined : fail(error)));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
};
