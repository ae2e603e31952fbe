import type { Clock } from "#infra/clock.ts";

/** How fast tasks have been starting, to guess from. */
export interface Pace {
  started(): void;
  /** Milliseconds until so many more have started, at the pace of late; null when there is none to go by. */
  etaMs(position: number): number | null;
}

const LATELY = 20;
const FEWEST = 3;

export const createPace = (clock: Clock): Pace => {
  const starts: number[] = [];
  return {
    started: () => {
      starts.push(clock.monotonic());
      if (starts.length > LATELY) starts.shift();
    },
    etaMs: (position) => {
      const [oldest] = starts;
      if (oldest === undefined || starts.length < FEWEST) return null;
      // Up to now, not to the latest start: a standstill must make the guess worse.
      return Math.round((position * (clock.monotonic() - oldest)) / starts.length);
    },
  };
};
