/** The gauge is a mean over some seconds: lanes closed faster than this would be closed for what is over already. */
const STEP_MS = 1_000;
/** A lane opens again only this far below the limit, or it would open and close by turns. */
const RELIEF = 0.1;

/** Keeps a bulk run from taking the whole machine: how many of its lanes may begin something now. */
export interface Brake {
  open(): number;
}

export interface BrakeOptions {
  readonly lanes: number;
  /** The processors' load, 0 to 1. */
  readonly load: () => number;
  /** Share of the processors above which lanes close, one a second; from 1 on none ever does. */
  readonly limit: number;
  /** Monotonic, in ms. */
  readonly now: () => number;
}

/** Never less than one lane is open: the load may be somebody else's, and that must not stop the work for good. */
export const createBrake = ({ lanes, load, limit, now }: BrakeOptions): Brake => {
  let open = lanes;
  let looked = now();
  return {
    open: () => {
      if (limit >= 1 || now() - looked < STEP_MS) return open;
      looked = now();
      const busy = load();
      if (busy > limit) open = Math.max(1, open - 1);
      else if (busy < limit - RELIEF) open = Math.min(lanes, open + 1);
      return open;
    },
  };
};
