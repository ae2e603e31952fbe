import { createGatherer } from "./gatherer.ts";
import type { FromSlot, Parcel, ToSlot } from "./slot-protocol.ts";
import type { Holder, Slot, Slots } from "./slot.ts";

/** A job's place in it. */
interface Place {
  readonly holder: Holder;
  /** All it was told; null once it has said what cannot be unsaid. */
  told: ToSlot[] | null;
  /** Where it was begun again. */
  alone: Slot | undefined;
}

/** One process for many short jobs at once. */
interface Shared {
  readonly slot: Slot;
  readonly places: Map<number, Place>;
  readonly send: (parcel: Parcel<ToSlot>) => void;
  /** Takes no more jobs, and ends with its last: one of them would not end by itself. */
  closed: boolean;
}

/**
 * Lets many jobs of trusted code that may run twice share one process, so that they need no process each. One that is killed
 * is only left to itself, for the others go on; its process takes nothing new then, and is killed once they are done. When
 * it dies, nobody can tell whose doing it was: each begins again in a process of its own, where it can only hurt itself.
 */
export const createSharedHost = (slots: Pick<Slots, "take">): Pick<Slots, "take"> => {
  let current: Shared | undefined;
  let last = 0;

  const beginAgain = (place: Place, told: readonly ToSlot[]): void => {
    place.alone = slots.take(place.holder);
    for (const message of told) place.alone.send(message);
  };

  const open = (): Shared => {
    const places = new Map<number, Place>();
    const hear = (message: FromSlot): void => {
      if (message.kind !== "parcels") return;
      for (const { job, message: inner } of message.parcels) {
        const place = places.get(job);
        if (!place) continue;
        if (inner.kind === "record" || inner.kind === "ask") place.told = null;
        place.holder.hear(inner);
      }
    };
    const died = (): void => {
      shared.closed = true;
      const all = [...places.values()];
      places.clear();
      for (const place of all)
        if (all.length > 1 && place.told) beginAgain(place, place.told);
        else place.holder.died();
    };
    const slot = slots.take({ hear, died });
    const send = createGatherer<Parcel<ToSlot>>((parcels) => slot.send({ kind: "parcels", parcels }));
    const shared: Shared = { slot, places, send, closed: false };
    return shared;
  };

  const leave = (shared: Shared, job: number): void => {
    if (!shared.places.delete(job) || shared.places.size > 0) return;
    if (shared === current) current = undefined;
    if (shared.closed) shared.slot.kill();
    else shared.slot.release();
  };

  return {
    take: (holder) => {
      if (!current || current.closed) current = open();
      const shared = current;
      const job = (last += 1);
      const place: Place = { holder, told: [], alone: undefined };
      shared.places.set(job, place);
      return {
        get pid() {
          return (place.alone ?? shared.slot).pid;
        },
        send: (message) => {
          place.told?.push(message);
          if (place.alone) place.alone.send(message);
          else shared.send({ job, message });
        },
        release: () => {
          if (place.alone) place.alone.release();
          else leave(shared, job);
        },
        kill: () => {
          if (place.alone) return place.alone.kill();
          shared.closed = true;
          shared.send({ job, message: { kind: "cancel" } });
          leave(shared, job);
        },
      };
    },
  };
};
