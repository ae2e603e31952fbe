import type { Ahead, FromSlot, ToSlot } from "./slot-protocol.ts";

/** A host process while it is held for one attempt. */
export interface Slot {
  readonly pid: number | undefined;
  send(message: ToSlot): void;
  /** Back to the warm ones; only when its job has ended. */
  release(): void;
  /** SIGKILL; `died` is not called. */
  kill(): void;
}

export interface Holder {
  hear(message: FromSlot): void;
  /** The process ended by itself: its work is gone. */
  died(): void;
}

export interface Slots {
  take(holder: Holder): Slot;
  /** A place in a process that many jobs share. */
  takeShared(holder: Holder): Slot;
  /** Work taken from now on gets a new process, which loads these modules ahead; what is at work stays where it is. */
  renew(ahead: Ahead): void;
  /** Ends every process, also those at work. */
  end(): void;
}
