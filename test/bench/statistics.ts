const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

/** The value below which the share `p` (0–1) lies; NaN of nothing. */
export const percentile = (values: readonly number[], p: number): number => {
  const ordered = sorted(values);
  return ordered[Math.min(ordered.length - 1, Math.floor(p * ordered.length))] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => percentile(values, 0.5);
