import { setTimeout as delay } from "node:timers/promises";

/** A clock all processes of this machine share, in milliseconds. */
export const now = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

/** Resolves when it was told `count` times. */
export const counter = (count: number): { tell(): void; readonly reached: Promise<void>; told: number } => {
  let resolve: () => void = () => undefined;
  const reached = new Promise<void>((done) => (resolve = done));
  const state = {
    told: 0,
    reached,
    tell: () => {
      state.told += 1;
      if (state.told === count) resolve();
    },
  };
  return state;
};

/** A closed loop: `submit` is called `count` times, each time one of `outstanding` places is free. Completed per second. */
export const closedLoop = async (
  { outstanding, count }: { readonly outstanding: number; readonly count: number },
  submit: () => Promise<unknown>,
  completion: (listener: () => void) => void,
): Promise<number> => {
  let submitted = 0;
  const completed = counter(count);
  const failed = new Promise<never>((_, reject) => {
    const next = (): void => {
      if (submitted === count) return;
      submitted += 1;
      submit().catch(reject);
    };
    completion(() => {
      completed.tell();
      next();
    });
    for (let place = 0; place < outstanding; place += 1) next();
  });
  const began = performance.now();
  await Promise.race([completed.reached, failed]);
  return (1_000 * count) / (performance.now() - began);
};

const STEP_MS = 2;

/** Calls `submit` `count` times at an even pace, or each time the one before is done when there is none. */
export const paced = async (
  perSecond: number | null,
  count: number,
  submit: () => Promise<unknown>,
): Promise<void> => {
  if (perSecond === null) {
    for (let done = 0; done < count; done += 1) await submit();
    return;
  }
  const began = performance.now();
  const asked: Promise<unknown>[] = [];
  while (asked.length < count) {
    const due = Math.min(count, Math.ceil(((performance.now() - began) * perSecond) / 1_000));
    while (asked.length < due) asked.push(submit());
    await delay(STEP_MS);
  }
  await Promise.all(asked);
};
