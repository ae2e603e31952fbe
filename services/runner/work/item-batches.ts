import { ITEMS_PER_FACT, type ItemResult } from "#schema/items.ts";

/** How long a result waits for company when its sender is in no hurry. */
export const ITEM_LINGER_MS = 250;

/** Gathers item results into facts of at most 100 items, one on its way at a time. */
export interface ItemBatches {
  /** Resolves when all of `results` are recorded; they wait for company for at most `lingerMs`. */
  add(results: readonly ItemResult[], lingerMs?: number): Promise<void>;
}

interface Waiting {
  readonly item: ItemResult;
  readonly due: number;
  readonly recorded: () => void;
}

export const createItemBatches = (record: (items: readonly ItemResult[]) => Promise<void>): ItemBatches => {
  let waiting: Waiting[] = [];
  let sending = false;
  let timer: NodeJS.Timeout | undefined;

  const send = async (): Promise<void> => {
    sending = true;
    const batch = waiting.slice(0, ITEMS_PER_FACT);
    waiting = waiting.slice(ITEMS_PER_FACT);
    await record(batch.map(({ item }) => item));
    sending = false;
    for (const { recorded } of batch) recorded();
    arrange();
  };
  const arrange = (): void => {
    clearTimeout(timer);
    if (sending || waiting.length === 0) return;
    const left = Math.min(...waiting.map(({ due }) => due)) - performance.now();
    if (left <= 0 || waiting.length >= ITEMS_PER_FACT) void send();
    else timer = setTimeout(arrange, Math.ceil(left));
  };

  return {
    add: async (results, lingerMs = ITEM_LINGER_MS) => {
      const due = performance.now() + lingerMs;
      const all = results.map(
        (item) => new Promise<void>((recorded) => void waiting.push({ item, due, recorded })),
      );
      arrange();
      await Promise.all(all);
    },
  };
};
