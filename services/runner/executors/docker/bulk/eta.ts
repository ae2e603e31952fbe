const WEIGHT = 0.2;

/** Estimates the time left from a moving average of how long one item takes. */
export interface Eta {
  note(itemMs: number): void;
  /** Milliseconds left for `items` more, or undefined before the first was done. */
  left(items: number): number | undefined;
}

export const createEta = (lanes: number): Eta => {
  let average: number | undefined;
  return {
    note: (itemMs) => {
      average = average === undefined ? itemMs : average + WEIGHT * (itemMs - average);
    },
    left: (items) => (average === undefined ? undefined : Math.round((average * items) / lanes)),
  };
};
