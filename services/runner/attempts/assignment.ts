import type { Job } from "../slots/slot-protocol.ts";

/** One assignment of a task to this runner, as the journal tells it. */
export interface Assignment {
  readonly taskId: string;
  readonly attempt: number;
  readonly token: string;
  readonly deadlineAt: string | null;
  readonly repeatable: boolean;
  /** May begin before the scheduler has recorded that it did. */
  readonly early: boolean;
  /** Lets its work go at a checkpoint when asked to pause. */
  readonly checkpoints: boolean;
  /** Loads what is stored elsewhere. Throws when it is gone. */
  load(): Promise<Omit<Job, "environment">>;
}
