import { closedLoop, counter, paced } from "./load.ts";

/** How one system is made to work: the only part that differs between the systems. */
export interface Means {
  /** Submits one no-op; resolves when it is taken. */
  add(): Promise<unknown>;
  addMany(count: number): Promise<void>;
  /** Puts workers to work and says who is told of every task that begins (milliseconds since its submission) and ends. */
  work(news: { begun(wait: number): void; completed(): void }): Promise<void>;
  close(): Promise<void>;
}

/** The cells of the table; rates per second, times in milliseconds. */
export interface Cells {
  /** Submits no-ops one by one, so many at a time unfinished, until `count` are completed; completed per second. */
  individual(outstanding: number, count: number): Promise<number>;
  /** Submits `count` in bulk: how many per second were taken, and how many per second were completed over all. */
  bulk(count: number): Promise<{ readonly taken: number; readonly completed: number }>;
  /** From before the submission until the work begins, one value per task. `perSecond` null: one after another. */
  latency(perSecond: number | null, count: number): Promise<readonly number[]>;
  /** Leaves so many waiting, with nobody at work. */
  fill(count: number): Promise<void>;
  close(): Promise<void>;
}

const ignore = (): void => undefined;

export const cellsOf = (means: Means): Cells => {
  let begun: (wait: number) => void = ignore;
  let completed: () => void = ignore;
  let working: Promise<void> | undefined;
  const atWork = (): Promise<void> =>
    (working ??= means.work({ begun: (wait) => begun(wait), completed: () => completed() }));

  return {
    individual: async (outstanding, count) => {
      await atWork();
      return closedLoop({ outstanding, count }, means.add, (listener) => (completed = listener));
    },
    bulk: async (count) => {
      await atWork();
      const done = counter(count);
      completed = done.tell;
      const began = performance.now();
      const rate = (): number => (1_000 * count) / (performance.now() - began);
      await means.addMany(count);
      const taken = rate();
      await done.reached;
      return { taken, completed: rate() };
    },
    latency: async (perSecond, count) => {
      await atWork();
      const waits: number[] = [];
      const done = counter(count);
      let next: () => void = ignore;
      begun = (wait) => void waits.push(wait);
      completed = () => {
        done.tell();
        next();
      };
      await paced(perSecond, count, async () => {
        const finished = new Promise<void>((resolve) => (next = resolve));
        await means.add();
        if (perSecond === null) await finished;
      });
      await done.reached;
      begun = ignore;
      return waits;
    },
    fill: means.addMany,
    close: means.close,
  };
};
