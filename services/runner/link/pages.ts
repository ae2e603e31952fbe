/** How long the rest of a list is kept for whoever has its first page. */
const KEPT_MS = 30_000;
const KEPT_AT_MOST = 16;

/** Where a list goes on. */
export interface Onward {
  readonly listing: number;
  readonly page: number;
}

/** A part of a list that fits into one message. */
export interface Page {
  readonly items: readonly unknown[];
  readonly next: Onward | null;
}

/** Hands out long lists in pages: a message server takes only so many bytes at once. */
export interface Pages {
  /** The first page of a list. */
  first(rows: readonly unknown[]): Page;
  /** Undefined when it is not kept any more. */
  at(onward: Onward): Page | undefined;
  stop(): void;
}

const split = (rows: readonly unknown[], bytes: number): unknown[][] => {
  const pages: unknown[][] = [[]];
  let size = 0;
  for (const row of rows) {
    const length = Buffer.byteLength(JSON.stringify(row)) + 1;
    if (size + length > bytes && pages.at(-1)?.length !== 0) {
      pages.push([]);
      size = 0;
    }
    pages.at(-1)?.push(row);
    size += length;
  }
  return pages;
};

/** `bytes`: what the rows of one page may take as JSON. */
export const createPages = (bytes: number): Pages => {
  const kept = new Map<number, { readonly pages: readonly unknown[][]; readonly timer: NodeJS.Timeout }>();
  let last = 0;

  const forget = (listing: number): void => {
    clearTimeout(kept.get(listing)?.timer);
    kept.delete(listing);
  };
  const at = ({ listing, page }: Onward): Page | undefined => {
    const pages = kept.get(listing)?.pages;
    const items = pages?.[page];
    if (!pages || !items) return undefined;
    const next = page + 1 < pages.length ? { listing, page: page + 1 } : null;
    if (next === null) forget(listing);
    return { items, next };
  };
  return {
    at,
    first: (rows) => {
      const pages = split(rows, bytes);
      if (pages.length === 1) return { items: rows, next: null };
      last += 1;
      kept.set(last, { pages, timer: setTimeout(forget, KEPT_MS, last).unref() });
      const [oldest] = kept.keys();
      if (kept.size > KEPT_AT_MOST && oldest !== undefined) forget(oldest);
      return { items: pages[0] ?? [], next: { listing: last, page: 1 } };
    },
    stop: () => {
      for (const listing of kept.keys()) forget(listing);
    },
  };
};
