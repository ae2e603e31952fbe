import { timestamp } from "#infra/clock.ts";
import { type CronTimes, parseCron } from "#schema/cron.ts";
import { capabilitiesFor, missingCapability } from "#schema/policy.ts";
import type { Schedule, ScheduleBody, ScheduleEvent, SchedulePatch } from "#schema/schedule.ts";
import { INLINE_LIMIT } from "#schema/stored.ts";
import type { SubmitBody } from "#schema/submit-body.ts";
import type { RecordReply, Refusal, ScheduleReply, ScheduleWish, Wisher } from "#schema/wishes.ts";
import type { Authority } from "../authority.ts";
import { runOnce, upcoming } from "./schedule-runs.ts";
import { type Detail, judge, refuse, sizeOf } from "../submission/submission.ts";

const SCHEDULES_MOST = 1_000;

/** What each run gives its task by itself, or what would mean something for one run only. */
const NOT_FOR_SCHEDULES = ["idempotencyKey", "runAt", "after", "afterPolicy", "retryOf"] as const;

type Times = { readonly ok: true; readonly times: CronTimes; readonly due: number };

/** The moments a schedule names: refused when it cannot be read or never comes. */
const timesOf = (
  { clock }: Authority,
  { cron, timezone }: Pick<Schedule, "cron" | "timezone">,
): Times | Refusal => {
  const parsed = parseCron(cron, timezone);
  const invalid = (path: string, message: string): Refusal =>
    refuse("invalid", `Not a valid schedule: ${message}.`, { details: [{ path, message }] });
  if (!parsed.ok) return invalid(parsed.path, parsed.message.replace(/\.$/, ""));
  const due = parsed.times.next(clock.now());
  return due === null ? invalid("cron", `"${cron}" never comes`) : { ok: true, times: parsed.times, due };
};

const within = ({ path, message }: Detail): Detail => ({ path: `task/${path}`, message });

/** Would this task be taken from whoever wishes it? Said now, not at three in the morning. */
const taskFault = (authority: Authority, id: string, by: Wisher, task: SubmitBody): Refusal | undefined => {
  const foreign = NOT_FOR_SCHEDULES.filter((key) => task[key] !== undefined);
  if (foreign.length > 0) {
    const details = foreign.map((key) => within({ path: key, message: "a schedule's task cannot have it" }));
    return refuse("invalid", `A schedule's task cannot have: ${foreign.join(", ")}.`, { details });
  }
  if (sizeOf(task) > INLINE_LIMIT)
    return refuse("too-large", `A schedule's task may have at most ${INLINE_LIMIT} bytes.`);
  const verdict = judge(authority, { id, by, task });
  if (!("ok" in verdict)) return undefined;
  const { code, message, details = [] } = verdict;
  if (code === "unknown-type")
    return refuse("invalid", message, { details: [{ path: "task/type", message }] });
  return refuse(code, message, {
    details: details.length > 0 ? details.map(within) : [{ path: "task", message }],
  });
};

const mayNot = (
  { runners }: Authority,
  { capabilities }: Wisher,
  { type, payload }: SubmitBody,
): Refusal | undefined => {
  const needed = capabilitiesFor(type, payload, runners.type(type)?.needs);
  const missing = missingCapability(capabilities, needed);
  return missing && refuse("forbidden", `This needs the right "${missing}".`);
};

const write = (
  { records }: Authority,
  wish: ScheduleWish,
  { id, event, after }: { id: string; event: ScheduleEvent; after: Schedule | null },
): Extract<RecordReply, { ok: true }> => {
  const cause = { by: wish.by.actor, reason: wish.reason ?? null, id: wish.id };
  return { ok: true, id, seq: records.schedule.record(id, event, after, cause).seq };
};

const create = (authority: Authority, wish: ScheduleWish, body: ScheduleBody): ScheduleReply => {
  const { records, clock, ids } = authority;
  const { name, cron, timezone = "UTC", jitterMs = 0, overlap = "skip", missed = "one", task } = body;
  const timed = timesOf(authority, { cron, timezone });
  if (!timed.ok) return timed;
  const fault = taskFault(authority, wish.id, wish.by, task);
  if (fault) return fault;
  if ([...records.schedule.all()].length >= SCHEDULES_MOST)
    return refuse("refused", `There are ${SCHEDULES_MOST} schedules already, and no more can be made.`);
  const id = ids.next();
  const after: Schedule = {
    id,
    name,
    cron,
    timezone,
    jitterMs,
    overlap,
    missed,
    task,
    state: "active",
    by: wish.by.actor,
    rights: wish.by.capabilities,
    createdAt: timestamp(clock.now()),
    ...upcoming(authority, timed.times, timed.due, jitterMs),
    lastTask: null,
    lastDueAt: null,
  };
  return write(authority, wish, { id, event: { type: "created" }, after });
};

/** When it fires changes only with what says when; a task somebody else puts in runs with that person's rights. */
const change = (
  authority: Authority,
  wish: ScheduleWish,
  schedule: Schedule,
  changes: SchedulePatch,
): ScheduleReply => {
  // What plans of another task have done is no measure for those of this one.
  const { plans: _plans, ...anew } = schedule;
  const changed: Schedule = { ...(changes.task ? anew : schedule), ...changes };
  const timed = timesOf(authority, changed);
  if (!timed.ok) return timed;
  const fault = changes.task && taskFault(authority, wish.id, wish.by, changes.task);
  if (fault) return fault;
  const retimed =
    schedule.state === "active" && ["cron", "timezone", "jitterMs"].some((key) => key in changes);
  const after: Schedule = {
    ...changed,
    ...(changes.task ? { by: wish.by.actor, rights: wish.by.capabilities } : {}),
    ...(retimed ? upcoming(authority, timed.times, timed.due, changed.jitterMs) : {}),
  };
  return write(authority, wish, { id: schedule.id, event: { type: "changed", changes }, after });
};

const pause = (authority: Authority, wish: ScheduleWish, schedule: Schedule): ScheduleReply => {
  if (schedule.state === "paused") return refuse("refused", "It is paused already.", { state: "paused" });
  const after: Schedule = { ...schedule, state: "paused", dueAt: null, firesAt: null };
  return write(authority, wish, { id: schedule.id, event: { type: "schedule-paused" }, after });
};

/** Goes on with the next moment: what came while it was paused was not missed. */
const resume = (authority: Authority, wish: ScheduleWish, schedule: Schedule): ScheduleReply => {
  if (schedule.state === "active") return refuse("refused", "It is not paused.", { state: "active" });
  const timed = timesOf(authority, schedule);
  if (!timed.ok) return timed;
  const then = upcoming(authority, timed.times, timed.due, schedule.jitterMs);
  const after: Schedule = { ...schedule, state: "active", ...then };
  return write(authority, wish, { id: schedule.id, event: { type: "schedule-resumed" }, after });
};

/** Runs it once, paused or not, beside its moments; its overlap policy counts as ever. */
const runNow = (authority: Authority, wish: ScheduleWish, schedule: Schedule): ScheduleReply => {
  const { id } = schedule;
  const run = runOnce(authority, schedule, `schedule:${id}:run:${wish.id}`);
  if (!run.ok) return run.overlaps ? refuse("refused", run.why) : run.refusal;
  const dueAt = timestamp(authority.clock.now());
  const after: Schedule = { ...schedule, lastTask: run.task, lastDueAt: dueAt };
  const event = { type: "fired", dueAt, task: run.task } as const;
  return { ...write(authority, wish, { id, event, after }), taskId: run.task };
};

/** Makes, changes, stops, starts, ends or runs a schedule. Who does more than stop it needs the rights its task takes. */
export const changeSchedule = (authority: Authority, wish: ScheduleWish): ScheduleReply => {
  const { command, by } = wish;
  const missing = missingCapability(by.capabilities, ["operate"]);
  if (missing) return refuse("forbidden", `This needs the right "${missing}".`);
  if (command.type === "create") return create(authority, wish, command.schedule);
  const schedule = authority.records.schedule.get(command.id);
  if (!schedule) return refuse("unknown-record", "There is no such schedule.");
  switch (command.type) {
    case "pause":
      return pause(authority, wish, schedule);
    case "delete":
      return write(authority, wish, { id: schedule.id, event: { type: "deleted" }, after: null });
    case "change":
      return mayNot(authority, by, schedule.task) ?? change(authority, wish, schedule, command.changes);
    case "resume":
      return mayNot(authority, by, schedule.task) ?? resume(authority, wish, schedule);
    case "run":
      return mayNot(authority, by, schedule.task) ?? runNow(authority, wish, schedule);
  }
};
