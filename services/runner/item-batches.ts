import { ITEMS_PER_FACT, type ItemResult } from "#schema/items.ts";

const LINGER_MS = 250;

/** Gathers item results into facts of at most 100 items, one on its way at a time. */
export interface ItemBatches {
  /** Resolves when all of `results` are recorded. `now`: do not linger for company. */
  add(results: readonly ItemResult[], now: boolean): Promise<void>;
}

interface Waiting {
  readonly item: ItemResult;
  readonly recorded: () => void;
}

export const createItemBatches = (
  record: (items: readonly ItemResult[]) => Promise<void>,
  lingerMs = LINGER_MS,
): ItemBatches => {
  let waiting: Waiting[] = [];
  let sending = false;
  let hurry = false;
  let timer: NodeJS.Timeout | undefined;

  const send = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (sending || waiting.length === 0) return;
    sending = true;
    const batch = waiting.slice(0, ITEMS_PER_FACT);
    waiting = waiting.slice(ITEMS_PER_FACT);
    if (waiting.length === 0) hurry = false;
    await record(batch.map(({ item }) => item));
    sending = false;
    for (const { recorded } of batch) recorded();
    arrange();
  };
  const arrange = (): void => {
    if (sending || waiting.length === 0) return;
    if (hurry || waiting.length >= ITEMS_PER_FACT) void send();
    else timer ??= setTimeout(() => void send(), lingerMs);
  };

  return {
    add: async (results, now) => {
      hurry ||= now;
      const all = results.map(
        (item) => new Promise<void>((recorded) => void waiting.push({ item, recorded })),
      );
      arrange();
      await Promise.all(all);
    },
  };
};
