import type { Ending } from "../executor.ts";
import type { Holder, Slot } from "../slots/slot.ts";

const CANCELLED: Ending = { type: "cancelled" };

/** A slot whose work is given up, and its process with it, when it has not ended `graceMs` after it was told to. */
export const endingInTime = (
  take: (holder: Holder) => Slot,
  holder: Holder,
  graceMs: number | null,
): Slot => {
  if (graceMs === null) return take(holder);
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const settle = (): void => {
    over = true;
    clearTimeout(timer);
  };
  const slot = take({
    hear: holder.hear,
    died: () => {
      settle();
      holder.died();
    },
  });
  const giveUp = (): void => {
    if (over) return;
    settle();
    slot.kill();
    holder.hear({ kind: "ended", ending: CANCELLED });
  };
  return {
    get pid() {
      return slot.pid;
    },
    send: (message) => {
      slot.send(message);
      if (message.kind === "cancel" && !over) timer ??= setTimeout(giveUp, graceMs);
    },
    release: () => {
      // One that was given up is not there any more.
      if (!over) slot.release();
      settle();
    },
    kill: () => {
      settle();
      slot.kill();
    },
  };
};
