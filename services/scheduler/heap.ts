/** A binary heap: the least first. Entries that have become meaningless are the caller's to skip. */
export interface Heap<T> {
  readonly size: number;
  push(entry: T): void;
  peek(): T | undefined;
  pop(): T | undefined;
}

export const createHeap = <T>(before: (a: T, b: T) => number): Heap<T> => {
  const entries: T[] = [];
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

  return {
    get size() {
      return entries.length;
    },
    push: (entry) => {
      entries.push(entry);
      rise(entries.length - 1);
    },
    peek: () => entries[0],
    pop: () => {
      const first = entries[0];
      const last = entries.pop();
      if (entries.length > 0 && last !== undefined) {
        entries[0] = last;
        sink();
      }
      return first;
    },
  };
};
