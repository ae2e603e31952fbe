import { createGatherer } from "./gatherer.ts";
import type { FromSlot, Parcel, ToSlot } from "./slot-protocol.ts";
import type { Holder, Slot, Slots } from "./slot.ts";

/** One process for many short jobs at once. */
interface Shared {
  readonly slot: Slot;
  readonly holders: Map<number, Holder>;
  readonly send: (parcel: Parcel<ToSlot>) => void;
  /** Takes no more jobs, and ends with its last: one of them would not end by itself. */
  closed: boolean;
}

/**
 * Lets many jobs of trusted code run in one process, so that they need no process each. One that is killed is only left to
 * itself, for the others go on; its process takes nothing new then, and is killed once they are done.
 */
export const createSharedHost = (slots: Pick<Slots, "take">): Pick<Slots, "take"> => {
  let current: Shared | undefined;
  let last = 0;

  const open = (): Shared => {
    const holders = new Map<number, Holder>();
    const hear = (message: FromSlot): void => {
      if (message.kind !== "parcels") return;
      for (const { job, message: inner } of message.parcels) holders.get(job)?.hear(inner);
    };
    const died = (): void => {
      shared.closed = true;
      for (const holder of holders.values()) holder.died();
      holders.clear();
    };
    const slot = slots.take({ hear, died });
    const send = createGatherer<Parcel<ToSlot>>((parcels) => slot.send({ kind: "parcels", parcels }));
    const shared: Shared = { slot, holders, send, closed: false };
    return shared;
  };

  const leave = (shared: Shared, job: number): void => {
    if (!shared.holders.delete(job) || shared.holders.size > 0) return;
    if (shared === current) current = undefined;
    if (shared.closed) shared.slot.kill();
    else shared.slot.release();
  };

  return {
    take: (holder) => {
      if (!current || current.closed) current = open();
      const shared = current;
      const job = (last += 1);
      shared.holders.set(job, holder);
      return {
        pid: shared.slot.pid,
        send: (message) => shared.send({ job, message }),
        release: () => leave(shared, job),
        kill: () => {
          shared.closed = true;
          shared.send({ job, message: { kind: "cancel" } });
          leave(shared, job);
        },
      };
    },
  };
};
