import type { Clock } from "#infra/clock.ts";
import { identify, isAlive, processHome } from "#infra/embedded/process-identity.ts";
import type { Log } from "#infra/log.ts";
import { LEASE_TTL_MS, type LeaseStore } from "#infra/nats/lease.ts";

/** Who leads: a process that can be told from all others, and that its neighbours can see end. */
export interface Holder {
  readonly id: string;
  /** Where its pid means something. */
  readonly home: string;
  readonly host: string;
  readonly pid: number;
  readonly since: string;
}

const LOOK_EVERY_MS = 200;
const RENEW_EVERY_MS = 1_000;
/** A leader stops this long after it sent the last renewal that was answered: a second before others may lead. */
const STANDS_FOR_MS = LEASE_TTL_MS - 1_000;

interface LeaseEvents {
  /** It was not renewed in time. It may come back. */
  expired(): void;
  /** It is ours again after it had run out or was gone: somebody else may have led in between. */
  regained(): void;
  /** Somebody else leads. */
  lost(to: Holder): void;
}

/** The right to lead. It keeps two schedulers from working at once; that only one can write is the journal's own doing. */
export interface Lease {
  /** Whether we may act now, on our own monotonic clock: also right after having stood still. */
  stands(): boolean;
  /** Takes it when it is free, ran out, or its holder is dead; from then on it is renewed. */
  take(): Promise<boolean>;
  /** Gives it back at once. */
  release(): Promise<void>;
}

interface LeaseOptions {
  readonly store: LeaseStore<Holder>;
  readonly holder: Holder;
  readonly clock: Clock;
  readonly log: Log;
  readonly events: LeaseEvents;
}

/** This process as a holder. */
export const holderOf = (id: string, host: string): Holder => {
  const { pid, since } = identify(process.pid) ?? { pid: process.pid, since: "" };
  return { id, home: processHome(), host, pid, since };
};

const answersSignals = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== "ESRCH";
  }
};

/** Seen from the same machine; a process that merely cannot be looked at (hidepid) still answers signals. */
const isDead = (holder: Holder, here: string): boolean => {
  if (holder.home !== here || holder.since === "") return false;
  const present = identify(holder.pid);
  return present === undefined ? !answersSignals(holder.pid) : !isAlive(holder);
};

export const createLease = ({ store, holder, clock, log, events }: LeaseOptions): Lease => {
  let revision: number | undefined;
  let renewedAt = Number.NEGATIVE_INFINITY;
  let expired = false;
  let busy = false;
  let dueAt = 0;
  let looking: NodeJS.Timeout | undefined;

  const stands = (): boolean => revision !== undefined && clock.monotonic() - renewedAt < STANDS_FOR_MS;

  /** The new revision; else who holds it, or null when somebody was quicker. */
  const seize = async (): Promise<number | Holder | null> => {
    const entry = await store.read();
    if (entry === null) return store.create(holder);
    const free = entry.holder.id === holder.id || isDead(entry.holder, holder.home);
    return free ? store.replace(holder, entry.revision) : entry.holder;
  };

  const renewed = (next: number, sentAt: number): void => {
    revision = next;
    renewedAt = Math.max(renewedAt, sentAt);
  };

  const renew = async (known: number): Promise<void> => {
    const sentAt = clock.monotonic();
    const next = await store.replace(holder, known);
    if (revision !== known) return;
    if (next !== null && !expired) return renewed(next, sentAt);
    // An answer may have been lost, the lease may have run out, its bucket may have been made anew: look.
    const seized = next ?? (await seize());
    if (revision !== known || seized === null) return;
    if (typeof seized !== "number") {
      revision = undefined;
      events.lost(seized);
      return;
    }
    renewed(seized, sentAt);
    expired = false;
    events.regained();
  };

  const renewOnce = async (known: number): Promise<void> => {
    busy = true;
    dueAt = clock.monotonic() + RENEW_EVERY_MS;
    try {
      await renew(known);
    } catch (error) {
      log.debug({ err: error }, "the lease could not be renewed");
    } finally {
      busy = false;
    }
  };

  const look = (): void => {
    if (revision === undefined) return;
    if (!stands() && !expired) {
      expired = true;
      log.warn("the lease was not renewed in time");
      events.expired();
    }
    if (!busy && clock.monotonic() >= dueAt) void renewOnce(revision);
  };

  return {
    stands,
    take: async () => {
      const sentAt = clock.monotonic();
      const seized = await seize();
      if (typeof seized !== "number") return false;
      expired = false;
      renewed(seized, sentAt);
      dueAt = sentAt + RENEW_EVERY_MS;
      clearInterval(looking);
      looking = setInterval(look, LOOK_EVERY_MS);
      return true;
    },
    release: async () => {
      const known = revision;
      revision = undefined;
      clearInterval(looking);
      if (known !== undefined) await store.remove(known);
    },
  };
};
