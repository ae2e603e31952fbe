import type { Clock } from "#infra/clock.ts";

/** How fast tasks have been starting, in all and in each queue, to guess from. */
export interface Pace {
  started(queue: string): void;
  /** Milliseconds until so many more have started, in a queue or (null) in all, at the pace of late; null when there is none to go by. */
  etaMs(queue: string | null, position: number): number | null;
}

const LATELY = 20;
const FEWEST = 3;

export const createPace = (clock: Clock): Pace => {
  const lately = new Map<string | null, number[]>();
  const note = (queue: string | null): void => {
    const starts = lately.get(queue) ?? [];
    lately.set(queue, starts);
    starts.push(clock.monotonic());
    if (starts.length > LATELY) starts.shift();
  };
  return {
    started: (queue) => {
      note(null);
      note(queue);
    },
    etaMs: (queue, position) => {
      const starts = lately.get(queue) ?? [];
      const [oldest] = starts;
      if (oldest === undefined || starts.length < FEWEST) return null;
      // Up to now, not to the latest start: a standstill must make the guess worse.
      return Math.round((position * (clock.monotonic() - oldest)) / starts.length);
    },
  };
};
