import type { Batch } from "#schema/batch.ts";
import type { Position } from "../journal/journal.ts";
import type { Cause } from "../tasks.ts";
import type { BegunBatches } from "./begun.ts";

/** Batches at work. Where each stands is in its record and in the journal; here is what it takes to go on from there. */
export interface Batches<Authority> {
  /** What a scheduler before this one has left unfinished. */
  adopt(begun: BegunBatches): void;
  /** A batch that has just been started. */
  begin(id: string): void;
  /** Ends a running batch where it stands; what is done is told first. Throws NotRecorded. */
  stop(authority: Authority, batch: Batch, cause: Cause): Position;
  /** Does the next of what is due, for one batch; answers ms until it is worth another call, or null. */
  turn(authority: Authority): number | null;
}
