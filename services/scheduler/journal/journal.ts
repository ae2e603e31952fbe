import type { NatsConnection } from "#infra/nats/connect.ts";
import type { Log } from "#infra/log.ts";
import { type Draft, publish, PublishRefused } from "#infra/nats/publish.ts";
import { unlessDisconnected } from "#infra/nats/unless-disconnected.ts";
import { type Hash, isTaskFact } from "#schema/envelope.ts";
import { subjectOf } from "#schema/subjects.ts";
import { seal, type Unsealed } from "./seal.ts";
import { countStored, Fenced } from "./read-back.ts";

/** The fact could not be recorded; what it was part of did not happen. Trying again may help. */
export class NotRecorded extends Error {
  override readonly name = "NotRecorded";
}

/** The fact is larger than the journal takes: trying again does not help. */
export class FactTooLarge extends Error {
  override readonly name = "FactTooLarge";
}

export interface Position {
  readonly seq: number;
  readonly hash: Hash;
}

/** Where a fact goes: its queue, the hash of the fact it follows, and a name shared with those stored with it or not at all. */
interface Place {
  readonly queue: string;
  readonly previous: Hash | null;
  readonly together?: string;
}

interface Pending {
  readonly draft: Draft;
  readonly undo: () => void;
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Group commit onto the stream. `write` takes a fact into the overlay at once and gives it its sequence; `settled`
 * resolves when everything written so far is on disk. What is not stored is undone, newest first.
 */
export interface Journal {
  /** The last fact on disk. */
  readonly stored: Position;
  /** False while it is unknown what the stream holds: nothing may be written then. */
  readonly open: boolean;
  /** What the server said when it refused the latest commit, in one sentence; null once one has gone well. */
  readonly trouble: string | null;
  /** Throws NotRecorded, FactTooLarge. */
  write(fact: Unsealed, place: Place, undo: () => void): Position;
  settled(): Promise<void>;
}

interface JournalOptions {
  readonly connection: NatsConnection;
  readonly log: Log;
  readonly start: Position;
  /** This scheduler has lost the journal to another: it must end. */
  readonly fenced: (error: Fenced) => void;
}

/** Half of what a NATS server takes by default. A fact it refuses would be dropped with all that wait beside it, each time. */
const FACT_LIMIT = 512 * 1024;
const MOST_PER_COMMIT = 1_000;
const READ_BACK_PAUSE_MS = 100;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const openJournal = ({ connection, log, start, fenced }: JournalOptions): Journal => {
  let stored = start;
  let tail = start;
  let open = true;
  let busy = false;
  let trouble: string | null = null;
  let pending: Pending[] = [];
  let waiters: Waiter[] = [];

  const settle = (count: number): void => {
    const last = pending[count - 1]?.draft;
    if (!last) return;
    stored = { seq: last.seq, hash: last.hash };
    pending = pending.slice(count);
    const due = waiters.filter((waiter) => waiter.seq <= last.seq);
    waiters = waiters.filter((waiter) => waiter.seq > last.seq);
    for (const waiter of due) waiter.resolve();
  };

  const drop = (): void => {
    const dropped = pending;
    const told = waiters;
    pending = [];
    waiters = [];
    tail = stored;
    for (const { undo } of dropped.toReversed()) undo();
    for (const waiter of told) waiter.reject(new NotRecorded("the journal could not be written"));
  };

  /** Reads back until the stream answers; decides nothing on a guess. */
  const reconcile = async (drafts: readonly Draft[], error: unknown): Promise<void> => {
    open = false;
    log.warn(
      { err: error, first: drafts[0]?.seq, count: drafts.length },
      "commit unclear, reading the journal back",
    );
    for (;;) {
      try {
        const count = await countStored(connection, drafts);
        settle(count);
        if (count < drafts.length) drop();
        open = true;
        return;
      } catch (failure) {
        if (failure instanceof Fenced) throw failure;
        await pause(READ_BACK_PAUSE_MS);
      }
    }
  };

  /** As many as one commit takes, and no cut through what belongs together, unless that is more than one commit takes. */
  const ready = (): number => {
    let cut = MOST_PER_COMMIT;
    const belongs = (index: number): boolean => {
      const name = pending[index]?.draft.together;
      return name !== undefined && name === pending[index - 1]?.draft.together;
    };
    while (cut > 0 && belongs(cut)) cut -= 1;
    return cut > 0 ? cut : MOST_PER_COMMIT;
  };

  const commitOnce = async (): Promise<void> => {
    const drafts = pending.slice(0, ready()).map(({ draft }) => draft);
    try {
      await unlessDisconnected(connection, () => publish(connection, drafts));
      settle(drafts.length);
      trouble = null;
    } catch (error) {
      // A connection that was lost is told by who lost it.
      if (error instanceof PublishRefused)
        trouble = `The journal cannot be written: the message server says "${error.message}".`;
      await reconcile(drafts, error);
    }
  };

  const commit = async (): Promise<void> => {
    try {
      while (pending.length > 0) await commitOnce();
    } catch (error) {
      open = false;
      drop();
      fenced(error instanceof Fenced ? error : new Fenced(String(error)));
      return;
    }
    busy = false;
  };

  return {
    get stored() {
      return stored;
    },
    get open() {
      return open;
    },
    get trouble() {
      return trouble;
    },
    write: (fact, { queue, previous, together }, undo) => {
      if (!open) throw new NotRecorded("the journal cannot be reached");
      const sealed = seal(fact, { stream: tail.hash, task: previous });
      if (sealed.bytes.length > FACT_LIMIT)
        throw new FactTooLarge(`a "${fact.type}" of ${sealed.bytes.length} bytes; the most is ${FACT_LIMIT}`);
      tail = { seq: tail.seq + 1, hash: sealed.hash };
      const taskId = isTaskFact(sealed.fact) ? sealed.fact.taskId : null;
      const { bytes, hash } = sealed;
      const subject = subjectOf(sealed.fact, queue);
      const draft = { seq: tail.seq, id: fact.id, subject, taskId, bytes, hash };
      pending.push({ draft: together === undefined ? draft : { ...draft, together }, undo });
      if (!busy) {
        busy = true;
        // One turn of the event loop gathers what belongs together.
        setImmediate(() => void commit());
      }
      return tail;
    },
    settled: () => {
      // Nothing is pending and yet it is closed: it was lost to another scheduler, and what is known here is old.
      if (pending.length === 0)
        return open
          ? Promise.resolve()
          : Promise.reject(new NotRecorded("the journal is another scheduler's"));
      return new Promise((resolve, reject) => waiters.push({ seq: tail.seq, resolve, reject }));
    },
  };
};
