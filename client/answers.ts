/** What wishes lead to. `seq` is always the journal sequence of the last fact. */

/** `state`: the state the task is in after it. */
export interface Granted {
  readonly id: string;
  readonly seq: number;
  readonly state: string;
}

/** `repeated`: the idempotency key already had its task, and this is that one. */
export interface Submitted extends Granted {
  readonly repeated: boolean;
}

/** A wish about something other than a task. */
export interface Recorded {
  readonly id: string;
  readonly seq: number;
}
