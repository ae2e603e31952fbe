/** Lets at most one value through per interval, the newest; `flush` sends what is held back. */
export interface Throttle<T> {
  push(value: T): void;
  flush(): void;
}

export const createThrottle = <T>(intervalMs: number, send: (value: T) => void): Throttle<T> => {
  let held: { value: T } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let sentAt = 0;

  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held === undefined) return;
    const { value } = held;
    held = undefined;
    timer = setTimeout(release, intervalMs);
    sentAt = performance.now();
    send(value);
  };
  return {
    push: (value) => {
      held = { value };
      // Work that never yields keeps the timer from its turn.
      if (timer === undefined || performance.now() - sentAt >= intervalMs) release();
    },
    flush: () => {
      clearTimeout(timer);
      timer = undefined;
      if (held !== undefined) send(held.value);
      held = undefined;
    },
  };
};
