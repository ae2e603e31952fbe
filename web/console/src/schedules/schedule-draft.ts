import { parseCron } from "#schema/cron.ts";
import type { ScheduleBody } from "#schema/schedule.ts";
import type { ScheduleRow } from "#schema/record-api.ts";
import type { SubmitBody } from "#schema/submit-body.ts";

/** What the form holds besides the task. */
export interface ScheduleDraft {
  readonly name: string;
  readonly cron: string;
  readonly timezone: string;
  readonly jitterMinutes: number | null;
  readonly overlap: ScheduleRow["overlap"];
  readonly missed: ScheduleRow["missed"];
}

const MINUTE_MS = 60_000;

/** A schedule that is yet to be made; people mean their own clock. */
export const newScheduleDraft = (timezone: string): ScheduleDraft => ({
  name: "",
  cron: "0 3 * * *",
  timezone,
  jitterMinutes: null,
  overlap: "skip",
  missed: "one",
});

export const scheduleDraft = ({
  name,
  cron,
  timezone,
  jitterMs,
  overlap,
  missed,
}: ScheduleRow): ScheduleDraft => ({
  name,
  cron,
  timezone,
  jitterMinutes: jitterMs === 0 ? null : jitterMs / MINUTE_MS,
  overlap,
  missed,
});

export const scheduleBody = (draft: ScheduleDraft, task: SubmitBody): ScheduleBody => ({
  name: draft.name.trim(),
  cron: draft.cron.trim(),
  timezone: draft.timezone,
  jitterMs: Math.round((draft.jitterMinutes ?? 0) * MINUTE_MS),
  overlap: draft.overlap,
  missed: draft.missed,
  task,
});

export type NextRuns =
  | { readonly ok: true; readonly at: readonly string[] }
  | { readonly ok: false; readonly path: "cron" | "timezone"; readonly message: string };

/** The next moments a pattern is due after `now` (ms), at most `count`. */
export const nextRuns = (
  { cron, timezone }: Pick<ScheduleDraft, "cron" | "timezone">,
  now: number,
  count: number,
): NextRuns => {
  const parsed = parseCron(cron.trim(), timezone);
  if (!parsed.ok) return parsed;
  const at: string[] = [];
  let last: number | null = now;
  while (at.length < count) {
    last = parsed.times.next(last);
    if (last === null) break;
    at.push(new Date(last).toISOString());
  }
  return { ok: true, at };
};
