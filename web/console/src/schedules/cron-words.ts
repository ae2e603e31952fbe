const DAYS = ["Sundays", "Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays"];

const NICKNAMES: Readonly<Record<string, string>> = {
  "@hourly": "every hour",
  "@daily": "every day at 00:00",
  "@midnight": "every day at 00:00",
  "@weekly": "on Sundays at 00:00",
  "@monthly": "on day 1 of the month at 00:00",
  "@yearly": "on 1 January at 00:00",
  "@annually": "on 1 January at 00:00",
};

const isNumber = (field: string): boolean => /^\d{1,2}$/.test(field);
const two = (field: string): string => field.padStart(2, "0");

// `*`: each; `*` with a step: each so many; null for anything else.
const step = (field: string): number | null => {
  if (field === "*") return 1;
  const [, every] = /^\*\/(\d{1,2})$/.exec(field) ?? [];
  return every === undefined ? null : Number(every);
};

const every = (count: number, unit: string): string =>
  count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;

const onDays = (day: string, month: string, weekday: string): string | null => {
  if (month !== "*") return null;
  if (day === "*" && weekday === "*") return "every day";
  if (day === "*" && /^(1-5|MON-FRI)$/i.test(weekday)) return "on weekdays";
  if (day === "*" && isNumber(weekday)) return `on ${DAYS[Number(weekday) % 7]}`;
  if (weekday === "*" && isNumber(day)) return `on day ${Number(day)} of the month`;
  return null;
};

const withinDay = (minute: string, hour: string): string | null => {
  const minutes = step(minute);
  const hours = step(hour);
  if (hours === 1 && minutes !== null) return every(minutes, "minute");
  if (hours !== null && isNumber(minute)) return `${every(hours, "hour")} at minute ${Number(minute)}`;
  return null;
};

/** The usual patterns in words; anything else as it is written. */
export const cronWords = (cron: string): string => {
  const pattern = cron.trim();
  const nickname = NICKNAMES[pattern.toLowerCase()];
  if (nickname !== undefined) return nickname;
  const fields = pattern.split(/\s+/);
  if (fields.length !== 5) return pattern;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  const days = onDays(day, month, weekday);
  if (days === null) return pattern;
  if (isNumber(minute) && isNumber(hour)) return `${days} at ${two(hour)}:${two(minute)}`;
  const often = withinDay(minute, hour);
  if (often === null) return pattern;
  return days === "every day" ? often : `${often}, ${days}`;
};
