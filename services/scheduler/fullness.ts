/** Whether there is room for more tasks: in the journal, and on the disk it lies on. A disk that ran full would stop the message server until it is started again. */
import { timestamp } from "#infra/clock.ts";
import { SCHEDULER } from "#schema/actor.ts";
import type { Authority } from "./authority.ts";
import { JOURNAL_LIMIT } from "./shared-limits.ts";

/** Above this share of the journal's bytes no new task is taken; commands and reports go on. */
const FULL_AT = 0.8;

const MIB = 2 ** 20;
/** Below so many free bytes none is taken; what is at work still has some 100,000 facts to say. */
const DISK_LOW = 128 * MIB;
/** Not taken up again for the few bytes that come and go. */
const DISK_ENOUGH = 192 * MIB;

export interface Fullness {
  /** Why no new task is taken now, in one sentence; null while there is room. */
  readonly reason: string | null;
  /** Looks again. Throws when the journal cannot be asked. */
  measure(): Promise<void>;
}

interface Options {
  readonly extent: () => Promise<{ readonly bytes: number; readonly maxBytes: number }>;
  /** Free bytes on the disk of the journal; null when it is not on this machine. */
  readonly free: () => Promise<number | null>;
}

export const createFullness = ({ extent, free }: Options): Fullness => {
  let journal = false;
  let disk = false;
  const nearlyFull = "is nearly full; new tasks are not taken until";
  return {
    get reason() {
      if (disk) return `The disk of the data folder ${nearlyFull} there is room.`;
      return journal ? `The journal ${nearlyFull} it is allowed more bytes.` : null;
    },
    measure: async () => {
      const left = await free();
      if (left !== null) disk = left < (disk ? DISK_ENOUGH : DISK_LOW);
      const { bytes, maxBytes } = await extent();
      journal = maxBytes > 0 && bytes / maxBytes >= FULL_AT;
    },
  };
};

/** Tells everybody when room ends and when there is some again: one fact each. Answers null: nothing to come back for. */
export const tellFullness = ({ records: { limit }, clock, full }: Authority): null => {
  const reason = full();
  const known = limit.get(JOURNAL_LIMIT);
  if ((reason === null) === (known === undefined)) return null;
  if (reason === null) limit.record(JOURNAL_LIMIT, { type: "eased" }, null, { by: SCHEDULER });
  else {
    const since = timestamp(clock.now());
    const after = { id: JOURNAL_LIMIT, reached: true, reason, since };
    limit.record(JOURNAL_LIMIT, { type: "reached", reason }, after, { by: SCHEDULER });
  }
  return null;
};
