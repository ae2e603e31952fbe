/** Above this the host has enough to do: people and other programs need the rest. The monitor brakes at the same point. */
const CPU_BUSY = 0.8;
/** Above this the next task may be what makes the kernel kill one. */
const MEMORY_BUSY = 0.85;
/** All slots taken means that work waits. Doubled once a second, 1 becomes 64 in 6 s: each step is one fact. */
const GROW_EVERY_MS = 1_000;
/** A host's load answers slowly to one slot fewer: wait and see before taking the next. */
const SHRINK_EVERY_MS = 5_000;
/** After pressure, so that a load near the limit does not make the pool swing. */
const CALM_MS = 10_000;
/** Bursts come back: slots stay for a while after the last time they were needed. */
const IDLE_MS = 30_000;

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** What a runner sees of itself and its host; loads are shares from 0 to 1, `now` milliseconds of the monotonic clock. */
export interface Sight {
  readonly now: number;
  readonly busy: number;
  readonly cpu: number;
  readonly memory: number;
}

/** Decides how many slots there should be, one look after another. */
export interface Scaler {
  readonly target: number;
  /** True when the target is another one now. */
  look(sight: Sight): boolean;
  /** From outside; the rules go on from there. */
  set(target: number): void;
}

export const createScaler = ({ min, max }: Bounds, first: number): Scaler => {
  let target = first;
  let changedAt = -Infinity;
  let pressedAt = -Infinity;
  /** Since when, and at most how many slots were in use. */
  let spare = { since: -Infinity, most: 0 };

  const forget = (now: number): void => {
    spare = { since: now, most: 0 };
  };
  const change = (wanted: number, now: number): boolean => {
    const bounded = Math.max(min, Math.min(max, wanted));
    if (bounded === target) return false;
    target = bounded;
    changedAt = now;
    forget(now);
    return true;
  };

  return {
    get target() {
      return target;
    },
    look: ({ now, busy, cpu, memory }) => {
      if (busy >= target || spare.since === -Infinity) forget(now);
      if (busy < target) spare = { ...spare, most: Math.max(spare.most, busy) };
      if (cpu > CPU_BUSY || memory > MEMORY_BUSY) {
        pressedAt = now;
        return now - changedAt >= SHRINK_EVERY_MS && change(target - 1, now);
      }
      if (busy >= target)
        return now - pressedAt >= CALM_MS && now - changedAt >= GROW_EVERY_MS && change(target * 2, now);
      return now - spare.since >= IDLE_MS && change(spare.most, now);
    },
    set: (wanted) => {
      target = wanted;
    },
  };
};
