/** Time as services may know it. Wall time is for people and due dates; waiting is measured on the monotonic clock. */
export interface Clock {
  /** Wall time in milliseconds since 1970; never runs backwards within one process. */
  now(): number;
  /** Milliseconds since some fixed moment; unaffected by clock changes. */
  monotonic(): number;
}

let latest = 0;

export const systemClock: Clock = {
  now: () => (latest = Math.max(latest, Date.now())),
  monotonic: () => performance.now(),
};

/** RFC 3339 in UTC with milliseconds: what facts carry. */
export const timestamp = (milliseconds: number): string => new Date(milliseconds).toISOString();
