/** A binary heap: the least first. Entries that have become void are never given back, and not kept for long. */
export interface Heap<T> {
  readonly size: number;
  push(entry: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

/** A sweep looks at everything, so it waits until there is twice as much as after the last. */
const SWEEP_FROM = 1_024;

/** `isVoid`: an entry means nothing any more; it may come to mean something again only if it is pushed again. */
export const createHeap = <T>(before: (a: T, b: T) => number, isVoid: (entry: T) => boolean): Heap<T> => {
  let entries: T[] = [];
  let sweepAt = SWEEP_FROM;
  const less = (a: number, b: number): boolean => before(entries[a] as T, entries[b] as T) < 0;
  const swap = (a: number, b: number): void => {
    [entries[a], entries[b]] = [entries[b] as T, entries[a] as T];
  };

  const rise = (index: number): void => {
    let child = index;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!less(child, parent)) return;
      swap(child, parent);
      child = parent;
    }
  };

  const sink = (): void => {
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      const right = left + 1;
      let least = parent;
      if (left < entries.length && less(left, least)) least = left;
      if (right < entries.length && less(right, least)) least = right;
      if (least === parent) return;
      swap(parent, least);
      parent = least;
    }
  };

  const sweep = (): void => {
    // In order, so it is a heap as it stands.
    entries = entries.filter((entry) => !isVoid(entry)).sort(before);
    sweepAt = Math.max(SWEEP_FROM, 2 * entries.length);
  };

  const pop = (): T | undefined => {
    const first = entries[0];
    const last = entries.pop();
    if (entries.length > 0 && last !== undefined) {
      entries[0] = last;
      sink();
    }
    return first;
  };

  return {
    get size() {
      return entries.length;
    },
    push: (entry) => {
      if (entries.length >= sweepAt) sweep();
      entries.push(entry);
      rise(entries.length - 1);
    },
    peek: () => {
      for (let first = entries[0]; first !== undefined; first = entries[0]) {
        if (!isVoid(first)) return first;
        pop();
      }
      return undefined;
    },
    pop,
  };
};
