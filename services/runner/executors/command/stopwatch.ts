/** A time limit that does not run while its work is frozen. */
export interface Limit {
  pause(): void;
  resume(): void;
  stop(): void;
}

/** Calls `reached` once `limitMs` of unpaused time have passed; null never does. */
export const startLimit = (limitMs: number | null, reached: () => void): Limit => {
  let left = limitMs ?? Infinity;
  let since: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const tick = (): void => {
    if (left <= 0) reached();
    else resume();
  };
  const pause = (): void => {
    clearTimeout(timer);
    if (since !== undefined) left -= performance.now() - since;
    since = undefined;
  };
  const resume = (): void => {
    if (left === Infinity || since !== undefined) return;
    since = performance.now();
    // setTimeout takes no more than 2^31 − 1 ms.
    timer = setTimeout(
      () => {
        pause();
        tick();
      },
      Math.min(left, 2 ** 31 - 1),
    );
  };
  resume();
  return { pause, resume, stop: () => clearTimeout(timer) };
};
