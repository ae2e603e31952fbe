import type { FromSlot } from "../slots/slot-protocol.ts";
import type { Slot, Slots } from "../slots/slot.ts";

/** A module that has not been imported after so long hangs. */
const LIMIT_MS = 20_000;

export type Examined =
  { readonly ok: true; readonly declared: string } | { readonly ok: false; readonly message: string };

const answerOf = (message: FromSlot): Examined | undefined => {
  if (message.kind === "examined") return { ok: true, declared: message.declared };
  if (message.kind === "not-examined") return { ok: false, message: message.message };
  return undefined;
};

/** Has a module imported in a process of its own, which is gone afterwards: it may hang or end it and hurts nobody. */
export const examineModule = (slots: Slots, module: string): Promise<Examined> =>
  new Promise((resolve) => {
    let slot: Slot | undefined;
    const answer = (examined: Examined): void => {
      clearTimeout(timer);
      slot?.kill();
      resolve(examined);
    };
    const timer = setTimeout(
      () => answer({ ok: false, message: `It was not loaded within ${LIMIT_MS / 1_000} s.` }),
      LIMIT_MS,
    );
    slot = slots.take({
      hear: (message) => {
        const examined = answerOf(message);
        if (examined) answer(examined);
      },
      died: () => {
        slot = undefined;
        answer({ ok: false, message: "It ended the process it was loaded in." });
      },
    });
    slot.send({ kind: "examine", module });
  });
