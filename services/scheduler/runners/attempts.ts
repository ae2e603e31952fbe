import { timestamp } from "#infra/clock.ts";
import { ITEMS_PER_FACT, PLAN_LIMIT } from "#schema/items.ts";
import type { AttemptReport, AttemptReportBody, ReportRefusal, ReportReply } from "#schema/reports.ts";
import { definitionOf, statePath } from "#schema/task.evolve.ts";
import type { TaskEvent } from "#schema/task.events.ts";
import type { Stored } from "#schema/stored.ts";
import { retryDelay } from "#schema/task.retry.ts";
import type { Authority } from "../authority.ts";
import { DEPTH_MOST, isTooDeep } from "../submission/depth.ts";
import { type Cause, type LiveTask, snapshotOf } from "../tasks.ts";
import { planHead, rememberPlan } from "./plans.ts";

const refuse = (code: ReportRefusal, message: string): ReportReply => ({ ok: false, code, message });

/** What is wrong with a report before the chart is asked, or null. */
const faultOf = (body: AttemptReportBody): string | null => {
  if (body.type === "planned" && body.plan.items.length > PLAN_LIMIT)
    return `A plan may hold at most ${PLAN_LIMIT} items.`;
  if (body.type === "items-recorded" && body.items.length > ITEMS_PER_FACT)
    return `At most ${ITEMS_PER_FACT} items per report.`;
  const brought =
    body.type === "completed" ? body.result : body.type === "checkpointed" ? body.checkpoint : null;
  return isTooDeep(brought) ? `It may be at most ${DEPTH_MOST} levels deep.` : null;
};

const kept = (authority: Authority, value: unknown): Promise<Stored<unknown>> | null =>
  value === null || value === undefined ? null : authority.objects.keep(value);

/** No work began in the future, whatever the runner's clock says; a leap second is no moment of ours. */
const begun = (
  { clock }: Authority,
  { startedAt }: { readonly startedAt?: string },
): { startedAt?: string } => {
  const at = Date.parse(startedAt ?? "");
  return Number.isNaN(at) ? {} : { startedAt: timestamp(Math.min(clock.now(), at)) };
};

/** The fact a report becomes. Large values are kept in the object store first. */
const eventFor = async (authority: Authority, task: LiveTask, report: AttemptReport): Promise<TaskEvent> => {
  const { body, number } = report;
  const { context } = snapshotOf(task);
  switch (body.type) {
    case "unclaimed":
      return { type: "unclaimed" };
    case "planned":
      return { type: "planned", report: number, plan: await planHead(authority, task, body.plan) };
    case "checkpointed":
      return {
        type: "checkpointed",
        report: number,
        checkpoint: await authority.objects.keep(body.checkpoint),
      };
    case "completed":
      return {
        type: "completed",
        report: number,
        result: await kept(authority, body.result),
        ...begun(authority, body),
      };
    case "attempt-failed": {
      const wait = retryDelay(definitionOf(context).retry, context.failures + 1, authority.ids.chance());
      const { error, retryable } = body;
      return {
        type: "attempt-failed",
        report: number,
        error,
        retryable,
        ...begun(authority, body),
        dueAt: timestamp(authority.clock.now() + wait),
      };
    }
    case "started":
    case "items-recorded":
    case "host-lost":
    case "host-back":
    case "paused":
    case "handed-over":
    case "cancelled":
      return { ...body, report: number };
  }
};

/**
 * A report may cross a wish on its way: what ends an attempt while it is asked to stop is that stop, and what merely
 * informs is taken without a fact. Undefined means the chart has no place for it.
 */
const meanwhile = (task: LiveTask, { body, number }: AttemptReport): TaskEvent | "nothing" | undefined => {
  const snapshot = snapshotOf(task);
  const ends = body.type === "planned" || body.type === "unclaimed";
  if (snapshot.matches("cancelling")) return ends ? { type: "cancelled", report: number } : "nothing";
  if (snapshot.matches("pausing"))
    return ends ? { type: "paused", report: number, inPlace: false } : "nothing";
  if (snapshot.matches("stuck") || snapshot.matches("running")) {
    return body.type === "started" || body.type === "host-lost" || body.type === "host-back"
      ? "nothing"
      : undefined;
  }
  return undefined;
};

/** Does the task belong to the attempt that speaks? */
export const holds = (
  task: LiveTask | undefined,
  { token, runner }: Pick<AttemptReport, "token" | "runner">,
): task is LiveTask =>
  task !== undefined &&
  snapshotOf(task).context.token === token &&
  snapshotOf(task).context.runner === runner;

export const STALE = {
  ok: false,
  code: "stale",
  message: "This attempt is no longer the task's; its work must end.",
} as const;

/** To have noticed that the engine is away is a sign of life: what waits for it is not stuck. */
const rouse = ({ tasks }: Authority, task: LiveTask, cause: Cause): void => {
  if (snapshotOf(task).matches("stuck")) tasks.record(task, { type: "recovered" }, cause);
};

/** Turns what an attempt reports into a fact. A repeat changes nothing; a stale token is refused and its work must be killed. */
export const attempt = async (authority: Authority, report: AttemptReport): Promise<ReportReply> => {
  const fault = faultOf(report.body);
  if (fault !== null) return refuse("invalid", fault);
  const before = authority.tasks.get(report.taskId);
  if (!holds(before, report)) return STALE;
  const event = await eventFor(authority, before, report);
  // Keeping a large value took time: the task may have moved on.
  const task = authority.tasks.get(report.taskId);
  if (!holds(task, report)) return STALE;
  if (report.number <= snapshotOf(task).context.reported) return { ok: true, seq: task.seq };
  const id = `${report.token}.${report.number}`;
  const cause = { by: { kind: "runner", id: report.runner }, id } as const;
  if (report.body.type === "host-lost") rouse(authority, task, cause);
  const snapshot = snapshotOf(task);
  const outcome = snapshot.can(event) ? event : meanwhile(task, report);
  if (outcome === "nothing") return { ok: true, seq: task.seq };
  if (!outcome) return refuse("illegal", `"${report.body.type}" cannot follow "${statePath(snapshot)}".`);
  if (report.body.type === "planned" && outcome.type === "planned")
    authority.placement.locks.remember(
      outcome.plan,
      report.body.plan,
      definitionOf(snapshot.context).itemLock,
    );
  if (outcome.type === "unclaimed") authority.runners.declined(report.runner);
  const { seq } = authority.tasks.record(task, outcome, cause);
  if (outcome.type === "planned") rememberPlan(authority, task, outcome.plan, { id });
  return { ok: true, seq };
};
