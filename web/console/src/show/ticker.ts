import { useSyncExternalStore } from "react";

/** One clock for every duration on the page: a thousand rows must not own a thousand timers. */
const listeners = new Set<() => void>();
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** The time in ms, renewed every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
