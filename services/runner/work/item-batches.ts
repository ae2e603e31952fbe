import { ITEMS_PER_FACT, type ItemResult } from "#schema/items.ts";

/** How long a result waits for company when its sender is in no hurry. */
export const ITEM_LINGER_MS = 250;

/** Gathers item results into facts of at most 100 items, one on its way at a time. */
export interface ItemBatches {
  /** Resolves when all of `results` are recorded, throws when those with which they went were refused; they wait for company for at most `lingerMs`. */
  add(results: readonly ItemResult[], lingerMs?: number): Promise<void>;
}

interface Waiting {
  readonly item: ItemResult;
  readonly due: number;
  readonly recorded: () => void;
  readonly refused: (why: unknown) => void;
}

export const createItemBatches = (record: (items: readonly ItemResult[]) => Promise<void>): ItemBatches => {
  let waiting: Waiting[] = [];
  let sending = false;
  let timer: NodeJS.Timeout | undefined;

  const send = async (): Promise<void> => {
    sending = true;
    const batch = waiting.slice(0, ITEMS_PER_FACT);
    waiting = waiting.slice(ITEMS_PER_FACT);
    try {
      await record(batch.map(({ item }) => item));
      for (const { recorded } of batch) recorded();
    } catch (error) {
      for (const { refused } of batch) refused(error);
    }
    sending = false;
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
        (item) =>
          new Promise<void>((recorded, refused) => void waiting.push({ item, due, recorded, refused })),
      );
      arrange();
      await Promise.all(all);
    },
  };
};
