/** Durations as people write them in rules: a number and one unit, `90s`, `30m`, `12h`, `30d`, `2w`. */
export const DURATION = "^[0-9]{1,6}[smhdw]$";

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds. Throws RangeError for what is no duration. */
export const durationMs = (text: string): number => {
  const unit = UNIT_MS[text.slice(-1)];
  const count = Number(text.slice(0, -1));
  if (unit === undefined || !Number.isInteger(count)) throw new RangeError(`"${text}" is no duration`);
  return count * unit;
};

const STEPS = [
  { ms: 86_400_000, word: "day" },
  { ms: 3_600_000, word: "hour" },
  { ms: 60_000, word: "minute" },
  { ms: 1_000, word: "second" },
] as const;

/** "40 days", "1 hour", "less than a second". */
export const ageWords = (ms: number): string => {
  const step = STEPS.find(({ ms: unit }) => ms >= unit);
  if (!step) return "less than a second";
  const count = Math.floor(ms / step.ms);
  return `${count} ${step.word}${count === 1 ? "" : "s"}`;
};
