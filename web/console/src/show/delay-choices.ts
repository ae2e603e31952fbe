const MINUTE = 60_000;
const MORNING = 7;

export interface DelayChoice {
  readonly name: string;
  /** RFC 3339. */
  readonly runAt: string;
}

const tomorrowMorning = (now: number): Date => {
  const day = new Date(now);
  day.setDate(day.getDate() + 1);
  day.setHours(MORNING, 0, 0, 0);
  return day;
};

/** The usual ways to put a task off, from `now` (ms). */
export const delayChoices = (now: number): readonly DelayChoice[] => {
  const by = (minutes: number): string => new Date(now + minutes * MINUTE).toISOString();
  return [
    { name: "10 min", runAt: by(10) },
    { name: "1 h", runAt: by(60) },
    { name: "6 h", runAt: by(360) },
    { name: "Tomorrow 07:00", runAt: tomorrowMorning(now).toISOString() },
  ];
};

/** A local date and time as the browser's field gives it, as RFC 3339; null when it is none or not after `now`. */
export const fromLocal = (text: string, now: number): string | null => {
  const at = Date.parse(text);
  return Number.isFinite(at) && at > now ? new Date(at).toISOString() : null;
};
