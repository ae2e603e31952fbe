import type { NatsConnection } from "#infra/nats/connect.ts";
import type { Authority } from "./authority.ts";
import { NotRecorded } from "./journal/journal.ts";
import { loseOverdue } from "./runners/leases.ts";
import { forgetSilentHosts } from "./runners/pressure.ts";

const BEAT_MS = 250;
/** A beat this late means that we ourselves were stopped or blocked, not that runners were silent. */
const LATE_MS = 1_000;

interface PulseOptions {
  readonly authority: Authority;
  readonly connection: NatsConnection;
  /** What is to be done on time, in this order: each does what is due and answers the milliseconds until it is due again, or null. */
  readonly turns: readonly (() => number | null)[];
  /** Some live task names it as coming first. */
  readonly isNamed: (id: string) => boolean;
}

/** What happens without being asked: due times, lost leases, free slots. `changed` says that something may be due or placeable now. */
export const startPulse = ({
  authority,
  connection,
  turns,
  isNamed,
}: PulseOptions): { changed(): void; stop(): void } => {
  const { tasks, runners, journal, clock, log } = authority;
  let timer: NodeJS.Timeout | undefined;
  let beatAt = clock.monotonic();

  const attend = (what: () => void): void => {
    if (!journal.open || !authority.leading()) return;
    try {
      what();
      journal.settled().catch(() => undefined);
    } catch (error) {
      // What was not recorded is still due: the next beat sees it again.
      if (!(error instanceof NotRecorded)) throw error;
      log.warn("not recorded, will be tried again");
    }
  };

  const look = (): void =>
    attend(() => {
      const waits = turns.map((turn) => turn()).filter((wait) => wait !== null);
      clearTimeout(timer);
      if (waits.length > 0) timer = setTimeout(look, Math.min(...waits));
    });

  let looking = false;
  /** What arrives together is looked at once, still ahead of the commit that takes it. */
  const changed = (): void => {
    if (looking) return;
    looking = true;
    queueMicrotask(() => {
      looking = false;
      look();
    });
  };

  const beat = (): void => {
    const now = clock.monotonic();
    if (now - beatAt > LATE_MS) runners.forgive();
    beatAt = now;
    attend(() => loseOverdue(authority));
    attend(() => forgetSilentHosts(authority));
    tasks.prune(isNamed);
    look();
  };
  const beating = setInterval(beat, BEAT_MS);

  const watch = async (): Promise<void> => {
    for await (const { type } of connection.status())
      if (type === "reconnect" || type === "disconnect") runners.forgive();
  };
  void watch();

  return {
    changed,
    stop: () => {
      clearInterval(beating);
      clearTimeout(timer);
    },
  };
};
