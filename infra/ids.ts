import { randomFillSync } from "node:crypto";
import { v7 } from "uuid";

/** Identifiers and chance, as services may know them. */
export interface Ids {
  /** Unique, and sorted by time of making. */
  next(): string;
  /** A number in [0, 1). */
  chance(): number;
}

/** Random bytes are asked for by the page: a call for each identifier cost more than the identifier. */
const PAGE = 4_096;
const EACH = 16;
const page = new Uint8Array(PAGE);
let used = PAGE;

const random = (): Uint8Array => {
  if (used === PAGE) {
    randomFillSync(page);
    used = 0;
  }
  used += EACH;
  return page.subarray(used - EACH, used);
};

const SEQUENCES = 2 ** 32;
const latest = { msecs: 0, seq: 0 };

/** Within one millisecond the sequence counts on, so that identifiers sort as they were made. */
const nextId = (): string => {
  const bytes = random();
  const now = Date.now();
  if (now > latest.msecs) {
    latest.msecs = now;
    // The topmost bit stays free: from there no millisecond makes enough of them to run over.
    latest.seq = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) >>> 1;
  } else latest.seq = (latest.seq + 1) % SEQUENCES;
  return v7({ random: bytes, ...latest });
};

export const systemIds: Ids = { next: nextId, chance: () => Math.random() };
