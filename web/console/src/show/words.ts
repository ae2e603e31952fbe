/** Numbers and moments as people read them. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`, `3 d 4 h`. */
export const duration = (ms: number): string => {
  if (ms < 0) return "0 s";
  if (ms < 10 * SECOND) return `${(ms / SECOND).toFixed(ms < SECOND ? 2 : 1)} s`;
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s`;
  if (ms < HOUR) return pair(ms, [MINUTE, "min"], [SECOND, "s"]);
  if (ms < DAY) return pair(ms, [HOUR, "h"], [MINUTE, "min"]);
  return pair(ms, [DAY, "d"], [HOUR, "h"]);
};

const pair = (ms: number, [big, bigName]: [number, string], [small, smallName]: [number, string]): string => {
  const rest = Math.floor((ms % big) / small);
  const head = `${Math.floor(ms / big)} ${bigName}`;
  return rest === 0 ? head : `${head} ${rest} ${smallName}`;
};

/** Whole seconds, for values that are drawn again every second and must not flicker. */
export const elapsed = (ms: number): string =>
  ms < MINUTE ? `${Math.max(0, Math.floor(ms / SECOND))} s` : duration(ms);

const AGO_UNITS = [
  [DAY, "d"],
  [HOUR, "h"],
  [MINUTE, "min"],
  [SECOND, "s"],
] as const;

/** `just now`, `12 s ago`, `3 min ago`, `5 h ago`: one unit, the exact moment is in the tip. */
export const ago = (at: string, now: number): string => {
  const past = now - Date.parse(at);
  if (past < 5 * SECOND) return "just now";
  const [unit, name] = AGO_UNITS.find(([each]) => past >= each) ?? [SECOND, "s"];
  return `${Math.floor(past / unit)} ${name} ago`;
};

const clockFormat = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const momentFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** Local time of day with seconds. */
export const clock = (at: string): string => clockFormat.format(new Date(at));

/** Local date and time. */
export const moment = (at: string): string => momentFormat.format(new Date(at));

/** `1,204`. */
export const number = (value: number): string => value.toLocaleString("en-GB");

/** `1 item`, `3 items`. */
export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${number(count)} ${count === 1 ? one : many}`;

const SIZES = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

export const bytes = (value: number): string => {
  const step = value < 1 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log(value) / Math.log(1024)));
  const scaled = value / 1024 ** step;
  return `${scaled < 10 && step > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${SIZES[step]}`;
};

/** `running.waiting-for-host` → `running, waiting for host`. */
export const stateWords = (path: string): string => path.replace(".", ", ").replaceAll("-", " ");

/** The first letter large. */
export const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
