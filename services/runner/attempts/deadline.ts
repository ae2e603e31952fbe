/** setTimeout takes no more than 2^31 − 1 ms; a deadline may be 30 days away. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `reached` once when a wall time has come; can be lifted and set again. */
export interface Deadline {
  /** `at` is an RFC 3339 time, null for none. */
  set(at: string | null): void;
  lift(): void;
}

export const createDeadline = (reached: () => void): Deadline => {
  let timer: NodeJS.Timeout | undefined;

  const arm = (leftMs: number): void => {
    timer = setTimeout(
      () => {
        if (leftMs > LONGEST_MS) arm(leftMs - LONGEST_MS);
        else reached();
      },
      Math.max(0, Math.min(leftMs, LONGEST_MS)),
    );
  };
  const lift = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  return {
    lift,
    set: (at) => {
      lift();
      if (at !== null) arm(Date.parse(at) - Date.now());
    },
  };
};
